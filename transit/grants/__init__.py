"""What a partner may be told: fields, area, age. Pure rules; who was granted what lies in the ledger."""
