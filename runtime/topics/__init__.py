"""Headway's topics on a broker: created with the contract's partitions and settings, checked, read and migrated."""
