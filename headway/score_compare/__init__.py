"""``headway compare``: one recording under two histories or two settings, scored side by side."""
