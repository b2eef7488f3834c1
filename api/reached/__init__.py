"""What a request may be told, enforced on the way out: a view and answers without what was not granted."""
