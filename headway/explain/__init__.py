"""An answer of the past taken apart: what was reported, told, and seen to happen, and what today's rules would say."""
