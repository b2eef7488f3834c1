"""Every table of the ledger, for what concerns all of them: migrations and backups."""

from runtime.ledger import audit_models, crosswalk_models, grant_models, overrides, webhook_models
from runtime.ledger.models import Base

METADATA = Base.metadata
MODULES = (audit_models, crosswalk_models, grant_models, overrides, webhook_models)
"""Modules that add tables by being imported."""
