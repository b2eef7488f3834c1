"""What every process of Headway needs besides the rules: settings, clock, logs, clients, errors."""
