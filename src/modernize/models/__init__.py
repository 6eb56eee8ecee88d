"""The application's tables, one module per area; `metadata` is what migrations and `create_all` work from."""

from modernize.models.access import (
    EngagementAccess,
    SignInAttempt,
    User,
    UserAccountAssociation,
    UserInvitation,
    UserProfile,
    UserSession,
)
from modernize.models.assets import Asset, AssetDependency
from modernize.models.base import Base
from modernize.models.discovery import AgentInsight, CrewState, DiscoveryFlow, FlowPhase
from modernize.models.imports import DataImport, ImportFieldMapping, RawImportRecord
from modernize.models.planning import MigrationWave, SixrAssessment, WaveAssignment
from modernize.models.security import secure
from modernize.models.tenancy import ClientAccount, Engagement

metadata = Base.metadata
secure(metadata)

__all__ = [
    "AgentInsight",
    "Asset",
    "AssetDependency",
    "Base",
    "ClientAccount",
    "CrewState",
    "DataImport",
    "DiscoveryFlow",
    "Engagement",
    "EngagementAccess",
    "FlowPhase",
    "ImportFieldMapping",
    "MigrationWave",
    "RawImportRecord",
    "SignInAttempt",
    "SixrAssessment",
    "User",
    "UserAccountAssociation",
    "UserInvitation",
    "UserProfile",
    "UserSession",
    "WaveAssignment",
    "metadata",
]
