"""initial_clean_schema

Revision ID: e93f81a24175
Revises:

The whole schema, written from the models (enum types: 44, tables: 21, indexes: 50, further statements: 87).
Change the models and squash again; a change made here is lost.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e93f81a24175"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None


def enum(name: str, *labels: str, schema: str | None = None) -> postgresql.ENUM:
    """A closed set. Types are made and dropped by this revision, not by whichever table comes first."""
    return postgresql.ENUM(*labels, name=name, schema=schema, create_type=False)


access_level = enum("access_level", "READ_ONLY", "READ_WRITE", "ADMIN", "SUPER_ADMIN")
account_role = enum(
    "account_role", "PLATFORM_ADMIN", "CLIENT_ADMIN", "ENGAGEMENT_MANAGER", "ANALYST", "VIEWER"
)
account_status = enum("account_status", "trial", "active", "suspended", "closed")
application_tier = enum(
    "application_tier", "presentation", "application", "data", "integration", "infrastructure"
)
assessment_status = enum("assessment_status", "proposed", "accepted", "superseded")
asset_status = enum("asset_status", "discovered", "validated", "archived")
asset_type = enum("asset_type", "application", "server", "database", "network_device")
assignment_status = enum(
    "assignment_status", "planned", "confirmed", "in_progress", "migrated", "rolled_back"
)
cloud_provider = enum("cloud_provider", "aws", "azure", "gcp", "private")
crew_process = enum("crew_process", "sequential", "hierarchical")
crew_status = enum("crew_status", "pending", "running", "completed", "failed")
criticality = enum("criticality", "low", "medium", "high", "critical")
data_classification = enum("data_classification", "public", "internal", "confidential", "restricted")
database_engine = enum("database_engine", "oracle", "sql_server", "postgresql", "mysql", "db2")
dependency_direction = enum("dependency_direction", "outbound", "inbound", "bidirectional")
dependency_evidence = enum(
    "dependency_evidence", "observed_traffic", "configuration", "cmdb_relation", "interview"
)
dependency_strength = enum("dependency_strength", "hard", "soft")
dependency_type = enum(
    "dependency_type",
    "runs_on",
    "stores_data_in",
    "hosted_on",
    "calls",
    "replicates_to",
    "routes_to",
    "protects",
)
discovery_phase = enum(
    "discovery_phase",
    "data_import",
    "field_mapping",
    "data_cleansing",
    "asset_inventory",
    "dependency_analysis",
    "tech_debt_assessment",
)
effort_size = enum("effort_size", "xs", "s", "m", "l", "xl")
engagement_status = enum("engagement_status", "planned", "active", "on_hold", "completed", "cancelled")
engagement_type = enum("engagement_type", "assessment", "migration", "modernization")
environment = enum("environment", "production", "staging", "test", "development", "disaster_recovery")
file_format = enum("file_format", "csv", "json", "xlsx")
flow_status = enum(
    "flow_status",
    "initialized",
    "running",
    "waiting_for_approval",
    "paused",
    "completed",
    "failed",
    "cancelled",
)
hosting_type = enum("hosting_type", "physical", "virtual", "container", "cloud_instance", "managed_service")
import_status = enum("import_status", "pending", "in_progress", "completed", "failed", "cancelled")
import_type = enum("import_type", "cmdb", "cloud_inventory", "manual")
insight_status = enum("insight_status", "open", "accepted", "dismissed")
insight_type = enum(
    "insight_type", "data_quality", "field_mapping", "dependency", "risk", "cost", "modernization"
)
learning_scope = enum("learning_scope", "disabled", "engagement", "client", "global")
mapping_status = enum("mapping_status", "pending", "approved", "rejected")
memory_isolation_level = enum("memory_isolation_level", "strict", "moderate", "open")
network_role = enum("network_role", "load_balancer", "firewall", "switch", "router")
os_family = enum("os_family", "linux", "windows", "unix", "appliance")
phase_status = enum("phase_status", "pending", "running", "waiting_for_approval", "completed", "failed")
profile_status = enum("profile_status", "pending", "approved", "rejected")
readiness_status = enum("readiness_status", "not_assessed", "ready", "needs_attention", "blocked")
severity = enum("severity", "info", "low", "medium", "high", "critical")
sixr_strategy = enum("sixr_strategy", "rehost", "replatform", "refactor", "repurchase", "retire", "retain")
subscription_tier = enum("subscription_tier", "starter", "professional", "enterprise")
transformation_type = enum(
    "transformation_type",
    "direct",
    "unit_conversion",
    "enum_mapping",
    "split",
    "date_format",
    "concatenation",
    "normalization",
)
user_status = enum("user_status", "invited", "active", "disabled")
wave_status = enum("wave_status", "planned", "approved", "in_progress", "completed", "cancelled")

ENUMS = (
    access_level,
    account_role,
    account_status,
    application_tier,
    assessment_status,
    asset_status,
    asset_type,
    assignment_status,
    cloud_provider,
    crew_process,
    crew_status,
    criticality,
    data_classification,
    database_engine,
    dependency_direction,
    dependency_evidence,
    dependency_strength,
    dependency_type,
    discovery_phase,
    effort_size,
    engagement_status,
    engagement_type,
    environment,
    file_format,
    flow_status,
    hosting_type,
    import_status,
    import_type,
    insight_status,
    insight_type,
    learning_scope,
    mapping_status,
    memory_isolation_level,
    network_role,
    os_family,
    phase_status,
    profile_status,
    readiness_status,
    severity,
    sixr_strategy,
    subscription_tier,
    transformation_type,
    user_status,
    wave_status,
)


def upgrade() -> None:
    """From an empty database to the models' schema."""
    create_types()
    create_sign_in_attempts()
    create_client_accounts()
    create_users()
    create_user_account_associations()
    create_user_profiles()
    create_user_sessions()
    create_user_invitations()
    create_engagements()
    create_engagement_access()
    create_discovery_flows()
    create_migration_waves()
    create_flow_phases()
    create_agent_insights()
    create_data_imports()
    create_crew_states()
    create_raw_import_records()
    create_import_field_mappings()
    create_assets()
    create_asset_dependencies()
    create_wave_assignments()
    create_sixr_assessments()


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_table("sixr_assessments")
    op.drop_table("wave_assignments")
    op.drop_table("asset_dependencies")
    op.drop_table("assets")
    op.drop_table("import_field_mappings")
    op.drop_table("raw_import_records")
    op.drop_table("crew_states")
    op.drop_table("data_imports")
    op.drop_table("agent_insights")
    op.drop_table("flow_phases")
    op.drop_table("migration_waves")
    op.drop_table("discovery_flows")
    op.drop_table("engagement_access")
    op.drop_table("engagements")
    op.drop_table("user_invitations")
    op.drop_table("user_sessions")
    op.drop_table("user_profiles")
    op.execute("DROP POLICY member_or_signing_in ON users")
    op.drop_table("user_account_associations")
    op.drop_table("users")
    op.drop_table("client_accounts")
    op.drop_table("sign_in_attempts")
    for type_ in reversed(ENUMS):
        op.execute(postgresql.DropEnumType(type_))


def create_types() -> None:
    for type_ in ENUMS:
        op.execute(postgresql.CreateEnumType(type_))


# access -----------------------------------------------------------------------------------------------------


def create_sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "attempted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_sign_in_attempts_email_form")),
        comment="Sign-ins not known to have succeeded, by the e-mail address given: what lock-out counts.",
    )
    op.create_index(
        op.f("ix_sign_in_attempts_email_attempted_at"), "sign_in_attempts", ["email", "attempted_at"]
    )
    op.execute("ALTER TABLE sign_in_attempts ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE sign_in_attempts FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY signing_in ON sign_in_attempts USING (email = "
        "nullif(current_setting('app.sign_in_email', true), '')) WITH CHECK (email = "
        "nullif(current_setting('app.sign_in_email', true), ''))"
    )
    op.execute(
        "CREATE POLICY forgotten ON sign_in_attempts FOR DELETE USING (attempted_at < now() - interval '1 "
        "day')"
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON sign_in_attempts TO modernize_app")


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), comment="argon2id; none until an invitation is accepted"),
        sa.Column("status", user_status, server_default="invited", nullable=False),
        sa.Column("home_client_account_id", sa.Uuid(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.ForeignKeyConstraint(
            ["home_client_account_id"], ["client_accounts.id"], name=op.f("fk_users_home_client_account_id")
        ),
        sa.CheckConstraint(
            "email = lower(email) AND position('@' IN email) > 1", name=op.f("ck_users_email_form")
        ),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name=op.f("ck_users_password_is_hashed")),
        comment="People who may sign in: one row a person, however many client accounts they work for.",
    )
    op.create_index(op.f("ix_users_home_client_account_id"), "users", ["home_client_account_id"])
    op.execute("ALTER TABLE users ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE users FORCE ROW LEVEL SECURITY")
    op.execute("GRANT SELECT, INSERT, UPDATE ON users TO modernize_app")


def create_user_account_associations() -> None:
    op.create_table(
        "user_account_associations",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", account_role, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_user_account_associations")),
        sa.UniqueConstraint(
            "client_account_id", "user_id", name=op.f("uq_user_account_associations_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id"],
            ["client_accounts.id"],
            name=op.f("fk_user_account_associations_client_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_account_associations_user_id"), ondelete="CASCADE"
        ),
        comment="Membership of a user in a client account, with the role held there.",
    )
    op.create_index(
        op.f("ix_user_account_associations_role"), "user_account_associations", ["client_account_id", "role"]
    )
    op.create_index(op.f("ix_user_account_associations_user_id"), "user_account_associations", ["user_id"])
    op.execute("ALTER TABLE user_account_associations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE user_account_associations FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON user_account_associations USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON user_account_associations TO modernize_app")
    op.execute(
        "CREATE POLICY member_or_signing_in ON users FOR SELECT USING (home_client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid OR email = "
        "nullif(current_setting('app.sign_in_email', true), '') OR EXISTS (SELECT 1 FROM "
        "user_account_associations membership WHERE membership.user_id = users.id AND "
        "membership.client_account_id = nullif(current_setting('app.client_account_id', true), '')::uuid))"
    )
    op.execute(
        "CREATE POLICY administered_insert ON users FOR INSERT WITH CHECK (home_client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute(
        "CREATE POLICY administered_update ON users FOR UPDATE USING (home_client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK "
        "(home_client_account_id = nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )


def create_user_profiles() -> None:
    op.create_table(
        "user_profiles",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("job_title", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("access_level", access_level, server_default="READ_ONLY", nullable=False),
        sa.Column("status", profile_status, server_default="pending", nullable=False),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("preferences", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_user_profiles")),
        sa.UniqueConstraint("client_account_id", "user_id", name=op.f("uq_user_profiles_user_id")),
        sa.ForeignKeyConstraint(
            ["client_account_id", "approved_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_user_profiles_approved_by"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "user_id"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_user_profiles_user_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(status = 'approved') = (approved_at IS NOT NULL)",
            name=op.f("ck_user_profiles_approval_has_time"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(preferences) = 'object'", name=op.f("ck_user_profiles_preferences_is_object")
        ),
        comment="How a member appears in a client account: title, access level, preferences.",
    )
    op.create_index(
        op.f("ix_user_profiles_approved_by"), "user_profiles", ["client_account_id", "approved_by"]
    )
    op.create_index(op.f("ix_user_profiles_status"), "user_profiles", ["client_account_id", "status"])
    op.execute("ALTER TABLE user_profiles ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE user_profiles FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON user_profiles USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON user_profiles TO modernize_app")


def create_user_sessions() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "token_hash",
            sa.Text(),
            nullable=False,
            comment="sha256 of the cookie's token; the token is nowhere",
        ),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("client_account_id", "token_hash", name=op.f("uq_user_sessions_token_hash")),
        sa.ForeignKeyConstraint(
            ["client_account_id", "user_id"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_user_sessions_user_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("ended_at >= created_at", name=op.f("ck_user_sessions_ended_at_after_created_at")),
        sa.CheckConstraint(
            "expires_at >= created_at", name=op.f("ck_user_sessions_expires_at_after_created_at")
        ),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_user_sessions_token_is_hashed")),
        comment="Sign-ins of members: one row each, alive until it expires or is ended.",
    )
    op.create_index(
        op.f("ix_user_sessions_user_id_created_at"),
        "user_sessions",
        ["client_account_id", "user_id", "created_at"],
    )
    op.execute("ALTER TABLE user_sessions ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE user_sessions FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON user_sessions USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON user_sessions TO modernize_app")


def create_user_invitations() -> None:
    op.create_table(
        "user_invitations",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "token_hash",
            sa.Text(),
            nullable=False,
            comment="sha256 of the link's token; the token is nowhere",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_user_invitations")),
        sa.UniqueConstraint("client_account_id", "token_hash", name=op.f("uq_user_invitations_token_hash")),
        sa.UniqueConstraint("client_account_id", "user_id", name=op.f("uq_user_invitations_user_id")),
        sa.ForeignKeyConstraint(
            ["client_account_id", "user_id"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_user_invitations_user_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "expires_at >= created_at", name=op.f("ck_user_invitations_expires_at_after_created_at")
        ),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_user_invitations_token_is_hashed")),
        comment="Links by which invited members choose their first password: the latest one of each.",
    )
    op.execute("ALTER TABLE user_invitations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE user_invitations FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON user_invitations USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON user_invitations TO modernize_app")


def create_engagement_access() -> None:
    op.create_table(
        "engagement_access",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("access_level", access_level, nullable=False),
        sa.Column("granted_by", sa.Uuid()),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_engagement_access")),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "user_id", name=op.f("uq_engagement_access_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id"],
            ["engagements.client_account_id", "engagements.id"],
            name=op.f("fk_engagement_access_engagement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "granted_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_engagement_access_granted_by"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "user_id"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_engagement_access_user_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "expires_at >= granted_at", name=op.f("ck_engagement_access_expires_at_after_granted_at")
        ),
        comment="What a member may do in one engagement.",
    )
    op.create_index(
        op.f("ix_engagement_access_granted_by"), "engagement_access", ["client_account_id", "granted_by"]
    )
    op.create_index(
        op.f("ix_engagement_access_user_id"), "engagement_access", ["client_account_id", "user_id"]
    )
    op.execute("ALTER TABLE engagement_access ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE engagement_access FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON engagement_access USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_access TO modernize_app")


# tenancy ----------------------------------------------------------------------------------------------------


def create_client_accounts() -> None:
    op.create_table(
        "client_accounts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("employee_count", sa.Integer()),
        sa.Column("headquarters", sa.Text()),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_email", sa.Text()),
        sa.Column("status", account_status, server_default="active", nullable=False),
        sa.Column("subscription_tier", subscription_tier, server_default="starter", nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_accounts")),
        sa.UniqueConstraint("slug", name=op.f("uq_client_accounts_slug")),
        sa.CheckConstraint("employee_count > 0", name=op.f("ck_client_accounts_employee_count_positive")),
        sa.CheckConstraint(
            "jsonb_typeof(settings) = 'object'", name=op.f("ck_client_accounts_settings_is_object")
        ),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_client_accounts_slug_form")),
        comment="Tenants, the customer organisations. All rows belong to one of them, users apart.",
    )
    op.execute("ALTER TABLE client_accounts ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE client_accounts FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON client_accounts USING (id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, UPDATE ON client_accounts TO modernize_app")


def create_engagements() -> None:
    op.create_table(
        "engagements",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("engagement_type", engagement_type, server_default="migration", nullable=False),
        sa.Column("status", engagement_status, server_default="planned", nullable=False),
        sa.Column("target_cloud", cloud_provider),
        sa.Column("lead_user_id", sa.Uuid()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("budget", sa.Numeric(precision=14, scale=2)),
        sa.Column("currency", sa.Text(), server_default="USD", nullable=False),
        sa.Column("objectives", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_engagements")),
        sa.UniqueConstraint("client_account_id", "slug", name=op.f("uq_engagements_slug")),
        sa.ForeignKeyConstraint(
            ["client_account_id"], ["client_accounts.id"], name=op.f("fk_engagements_client_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "lead_user_id"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_engagements_lead_user_id"),
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_engagements_amounts_not_negative")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_engagements_ends_on_after_starts_on")),
        sa.CheckConstraint(
            "jsonb_typeof(objectives) = 'array'", name=op.f("ck_engagements_objectives_is_array")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(settings) = 'object'", name=op.f("ck_engagements_settings_is_object")
        ),
        comment="Projects for a client account: a move of workloads, from discovery to cut-over.",
    )
    op.create_index(op.f("ix_engagements_lead_user_id"), "engagements", ["client_account_id", "lead_user_id"])
    op.create_index(op.f("ix_engagements_status"), "engagements", ["client_account_id", "status"])
    op.execute("ALTER TABLE engagements ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE engagements FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON engagements USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON engagements TO modernize_app")


# discovery --------------------------------------------------------------------------------------------------


def create_discovery_flows() -> None:
    op.create_table(
        "discovery_flows",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("status", flow_status, server_default="initialized", nullable=False),
        sa.Column("current_phase", discovery_phase, server_default="data_import", nullable=False),
        sa.Column("progress", sa.Numeric(precision=5, scale=2), server_default="0", nullable=False),
        sa.Column("learning_scope", learning_scope, server_default="engagement", nullable=False),
        sa.Column("memory_isolation_level", memory_isolation_level, server_default="strict", nullable=False),
        sa.Column("assessment_ready", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("phase_state", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("agent_state", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("error_phase", discovery_phase),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_details", postgresql.JSONB()),
        sa.Column("started_by", sa.Uuid()),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_discovery_flows")),
        sa.UniqueConstraint("client_account_id", "engagement_id", "id", name=op.f("uq_discovery_flows_id")),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "name", name=op.f("uq_discovery_flows_name")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id"],
            ["engagements.client_account_id", "engagements.id"],
            name=op.f("fk_discovery_flows_engagement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "started_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_discovery_flows_started_by"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(agent_state) = 'object'", name=op.f("ck_discovery_flows_agent_state_is_object")
        ),
        sa.CheckConstraint(
            "NOT assessment_ready OR status = 'completed'",
            name=op.f("ck_discovery_flows_assessment_ready_is_completed"),
        ),
        sa.CheckConstraint(
            "completed_at >= started_at", name=op.f("ck_discovery_flows_completed_at_after_started_at")
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)",
            name=op.f("ck_discovery_flows_completed_has_time"),
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR progress = 100", name=op.f("ck_discovery_flows_completed_is_all_done")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(error_details) = 'object'", name=op.f("ck_discovery_flows_error_details_is_object")
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error_phase IS NOT NULL) AND (status = 'failed') = (error_message IS NOT "
            "NULL)",
            name=op.f("ck_discovery_flows_failed_has_error"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(phase_state) = 'object'", name=op.f("ck_discovery_flows_phase_state_is_object")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_discovery_flows_progress_range")),
        comment="Discovery runs: one way from imported files to an assessed inventory, phase by phase.",
    )
    op.create_index(
        op.f("ix_discovery_flows_current_phase"),
        "discovery_flows",
        ["client_account_id", "engagement_id", "current_phase"],
    )
    op.create_index(
        op.f("ix_discovery_flows_started_at"),
        "discovery_flows",
        ["client_account_id", "engagement_id", "started_at"],
    )
    op.create_index(
        op.f("ix_discovery_flows_started_by"), "discovery_flows", ["client_account_id", "started_by"]
    )
    op.create_index(
        op.f("ix_discovery_flows_status"), "discovery_flows", ["client_account_id", "engagement_id", "status"]
    )
    op.execute("ALTER TABLE discovery_flows ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE discovery_flows FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON discovery_flows USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON discovery_flows TO modernize_app")


def create_flow_phases() -> None:
    op.create_table(
        "flow_phases",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("discovery_flow_id", sa.Uuid(), nullable=False),
        sa.Column("phase", discovery_phase, nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("status", phase_status, server_default="pending", nullable=False),
        sa.Column("progress", sa.Numeric(precision=5, scale=2), server_default="0", nullable=False),
        sa.Column("records_processed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("records_rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("summary", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_flow_phases")),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "discovery_flow_id",
            "ordinal",
            name=op.f("uq_flow_phases_discovery_flow_id_ordinal"),
        ),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "discovery_flow_id",
            "phase",
            name=op.f("uq_flow_phases_discovery_flow_id_phase"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "discovery_flow_id"],
            ["discovery_flows.client_account_id", "discovery_flows.engagement_id", "discovery_flows.id"],
            name=op.f("fk_flow_phases_discovery_flow_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "records_processed >= 0 AND records_rejected >= 0",
            name=op.f("ck_flow_phases_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "(status = 'pending') = (started_at IS NULL)", name=op.f("ck_flow_phases_begun_has_time")
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (progress = 100)", name=op.f("ck_flow_phases_completed_is_all_done")
        ),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)",
            name=op.f("ck_flow_phases_ended_has_time"),
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error_message IS NOT NULL)", name=op.f("ck_flow_phases_failed_has_error")
        ),
        sa.CheckConstraint(
            "finished_at >= started_at", name=op.f("ck_flow_phases_finished_at_after_started_at")
        ),
        sa.CheckConstraint("ordinal BETWEEN 1 AND 6", name=op.f("ck_flow_phases_ordinal_range")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_flow_phases_progress_range")),
        comment="The phases of a discovery flow, in order, with state and times of each.",
    )
    op.create_index(
        op.f("ix_flow_phases_status"), "flow_phases", ["client_account_id", "engagement_id", "status"]
    )
    op.execute("ALTER TABLE flow_phases ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE flow_phases FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON flow_phases USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON flow_phases TO modernize_app")


def create_agent_insights() -> None:
    op.create_table(
        "agent_insights",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("discovery_flow_id", sa.Uuid(), nullable=False),
        sa.Column("phase", discovery_phase, nullable=False),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("insight_type", insight_type, nullable=False),
        sa.Column("severity", severity, server_default="info", nullable=False),
        sa.Column("status", insight_status, server_default="open", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text()),
        sa.Column("confidence", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column(
            "asset_ids",
            postgresql.ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'::uuid[]"),
            nullable=False,
            comment="assets it is about; may be none",
        ),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_agent_insights")),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "discovery_flow_id"],
            ["discovery_flows.client_account_id", "discovery_flows.engagement_id", "discovery_flows.id"],
            name=op.f("fk_agent_insights_discovery_flow_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "reviewed_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_agent_insights_reviewed_by"),
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_agent_insights_confidence_range")),
        sa.CheckConstraint(
            "jsonb_typeof(evidence) = 'object'", name=op.f("ck_agent_insights_evidence_is_object")
        ),
        sa.CheckConstraint(
            "(status = 'open') = (reviewed_at IS NULL)", name=op.f("ck_agent_insights_reviewed_has_time")
        ),
        comment="What an agent noticed during a flow, and what a person made of it.",
    )
    op.create_index(
        op.f("ix_agent_insights_created_at"),
        "agent_insights",
        ["client_account_id", "engagement_id", "created_at"],
    )
    op.create_index(
        op.f("ix_agent_insights_discovery_flow_id_phase"),
        "agent_insights",
        ["client_account_id", "engagement_id", "discovery_flow_id", "phase"],
    )
    op.create_index(
        op.f("ix_agent_insights_reviewed_by"), "agent_insights", ["client_account_id", "reviewed_by"]
    )
    op.create_index(
        op.f("ix_agent_insights_status_severity"),
        "agent_insights",
        ["client_account_id", "engagement_id", "status", "severity"],
    )
    op.execute("ALTER TABLE agent_insights ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE agent_insights FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON agent_insights USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON agent_insights TO modernize_app")


def create_crew_states() -> None:
    op.create_table(
        "crew_states",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("discovery_flow_id", sa.Uuid(), nullable=False),
        sa.Column("phase", discovery_phase, nullable=False),
        sa.Column("crew_name", sa.Text(), nullable=False),
        sa.Column("process", crew_process, server_default="sequential", nullable=False),
        sa.Column("status", crew_status, server_default="pending", nullable=False),
        sa.Column("agents", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("task_outputs", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), server_default="0", nullable=False),
        sa.Column("completion_tokens", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_tokens", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=10, scale=4), server_default="0", nullable=False),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duration_ms", sa.Integer()),
        sa.Column("error_message", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_crew_states")),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "discovery_flow_id",
            "phase",
            "crew_name",
            name=op.f("uq_crew_states_discovery_flow_id_phase_crew_name"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "discovery_flow_id", "phase"],
            [
                "flow_phases.client_account_id",
                "flow_phases.engagement_id",
                "flow_phases.discovery_flow_id",
                "flow_phases.phase",
            ],
            name=op.f("fk_crew_states_discovery_flow_id_phase"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("jsonb_typeof(agents) = 'array'", name=op.f("ck_crew_states_agents_is_array")),
        sa.CheckConstraint(
            "prompt_tokens >= 0 AND completion_tokens >= 0 AND duration_ms >= 0 AND cost_usd >= 0 AND "
            "retries >= 0",
            name=op.f("ck_crew_states_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "(status = 'pending') = (started_at IS NULL)", name=op.f("ck_crew_states_begun_has_time")
        ),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)",
            name=op.f("ck_crew_states_ended_has_time"),
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error_message IS NOT NULL)", name=op.f("ck_crew_states_failed_has_error")
        ),
        sa.CheckConstraint(
            "finished_at >= started_at", name=op.f("ck_crew_states_finished_at_after_started_at")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(task_outputs) = 'array'", name=op.f("ck_crew_states_task_outputs_is_array")
        ),
        sa.CheckConstraint(
            "total_tokens = prompt_tokens + completion_tokens", name=op.f("ck_crew_states_tokens_add_up")
        ),
        comment="CrewAI state: a crew at work in a phase, its agents, outputs, times and token use.",
    )
    op.create_index(
        op.f("ix_crew_states_status"), "crew_states", ["client_account_id", "engagement_id", "status"]
    )
    op.execute("ALTER TABLE crew_states ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE crew_states FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON crew_states USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON crew_states TO modernize_app")


# planning ---------------------------------------------------------------------------------------------------


def create_migration_waves() -> None:
    op.create_table(
        "migration_waves",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("status", wave_status, server_default="planned", nullable=False),
        sa.Column("risk", severity, server_default="medium", nullable=False),
        sa.Column("planned_start", sa.Date(), nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=False),
        sa.Column("actual_start", sa.Date()),
        sa.Column("actual_end", sa.Date()),
        sa.Column("cutover_starts_at", sa.DateTime(timezone=True)),
        sa.Column("cutover_ends_at", sa.DateTime(timezone=True)),
        sa.Column(
            "capacity", sa.Integer(), nullable=False, comment="assets that the team can move in this wave"
        ),
        sa.Column("budget", sa.Numeric(precision=12, scale=2)),
        sa.Column("owner_user_id", sa.Uuid()),
        sa.Column(
            "success_criteria", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_migration_waves")),
        sa.UniqueConstraint("client_account_id", "engagement_id", "id", name=op.f("uq_migration_waves_id")),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "name", name=op.f("uq_migration_waves_name")
        ),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "sequence", name=op.f("uq_migration_waves_sequence")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id"],
            ["engagements.client_account_id", "engagements.id"],
            name=op.f("fk_migration_waves_engagement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "owner_user_id"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_migration_waves_owner_user_id"),
        ),
        sa.CheckConstraint(
            "actual_end >= actual_start", name=op.f("ck_migration_waves_actual_end_after_actual_start")
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_migration_waves_amounts_not_negative")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_migration_waves_capacity_positive")),
        sa.CheckConstraint(
            "cutover_ends_at >= cutover_starts_at",
            name=op.f("ck_migration_waves_cutover_ends_at_after_cutover_starts_at"),
        ),
        sa.CheckConstraint(
            "planned_end >= planned_start", name=op.f("ck_migration_waves_planned_end_after_planned_start")
        ),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_migration_waves_sequence_positive")),
        sa.CheckConstraint(
            "jsonb_typeof(success_criteria) = 'array'",
            name=op.f("ck_migration_waves_success_criteria_is_array"),
        ),
        comment="Groups of assets that move together, in sequence, within dates and a capacity.",
    )
    op.create_index(
        op.f("ix_migration_waves_owner_user_id"), "migration_waves", ["client_account_id", "owner_user_id"]
    )
    op.create_index(
        op.f("ix_migration_waves_status"), "migration_waves", ["client_account_id", "engagement_id", "status"]
    )
    op.execute("ALTER TABLE migration_waves ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE migration_waves FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON migration_waves USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON migration_waves TO modernize_app")


def create_wave_assignments() -> None:
    op.create_table(
        "wave_assignments",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("migration_wave_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("status", assignment_status, server_default="planned", nullable=False),
        sa.Column("move_order", sa.Integer(), nullable=False),
        sa.Column("scheduled_on", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("assigned_by", sa.Uuid()),
        sa.Column("assigned_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_wave_assignments")),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "asset_id", name=op.f("uq_wave_assignments_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "assigned_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_wave_assignments_assigned_by"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "migration_wave_id"],
            ["migration_waves.client_account_id", "migration_waves.engagement_id", "migration_waves.id"],
            name=op.f("fk_wave_assignments_migration_wave_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "migration_wave_id", "asset_id"],
            ["assets.client_account_id", "assets.engagement_id", "assets.migration_wave_id", "assets.id"],
            name=op.f("fk_wave_assignments_migration_wave_id_asset_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("move_order > 0", name=op.f("ck_wave_assignments_move_order_positive")),
        comment="Which asset moves in which wave, at what place in its order. An asset moves once.",
    )
    op.create_index(
        op.f("ix_wave_assignments_assigned_by"), "wave_assignments", ["client_account_id", "assigned_by"]
    )
    op.create_index(
        op.f("ix_wave_assignments_migration_wave_id_asset_id"),
        "wave_assignments",
        ["client_account_id", "engagement_id", "migration_wave_id", "asset_id"],
    )
    op.create_index(
        op.f("ix_wave_assignments_status"),
        "wave_assignments",
        ["client_account_id", "engagement_id", "status"],
    )
    op.execute("ALTER TABLE wave_assignments ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE wave_assignments FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON wave_assignments USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON wave_assignments TO modernize_app")


def create_sixr_assessments() -> None:
    op.create_table(
        "sixr_assessments",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("strategy", sixr_strategy, nullable=False),
        sa.Column("status", assessment_status, server_default="proposed", nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("business_value_score", sa.SmallInteger(), nullable=False),
        sa.Column("technical_fit_score", sa.SmallInteger(), nullable=False),
        sa.Column("complexity_score", sa.SmallInteger(), nullable=False),
        sa.Column("risk_score", sa.SmallInteger(), nullable=False),
        sa.Column("effort_size", effort_size, nullable=False),
        sa.Column("effort_days", sa.Numeric(precision=6, scale=1), nullable=False),
        sa.Column(
            "monthly_saving",
            sa.Numeric(precision=12, scale=2),
            comment="US dollars; negative when the move costs more",
        ),
        sa.Column("alternatives", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("assumptions", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("assessed_by", sa.Text(), comment="the agent that made the case"),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_sixr_assessments")),
        sa.ForeignKeyConstraint(
            ["client_account_id", "approved_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_sixr_assessments_approved_by"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "asset_id"],
            ["assets.client_account_id", "assets.engagement_id", "assets.id"],
            name=op.f("fk_sixr_assessments_asset_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "jsonb_typeof(alternatives) = 'array'", name=op.f("ck_sixr_assessments_alternatives_is_array")
        ),
        sa.CheckConstraint("effort_days >= 0", name=op.f("ck_sixr_assessments_amounts_not_negative")),
        sa.CheckConstraint(
            "jsonb_typeof(assumptions) = 'array'", name=op.f("ck_sixr_assessments_assumptions_is_array")
        ),
        sa.CheckConstraint(
            "business_value_score BETWEEN 0 AND 100",
            name=op.f("ck_sixr_assessments_business_value_score_range"),
        ),
        sa.CheckConstraint(
            "complexity_score BETWEEN 0 AND 100", name=op.f("ck_sixr_assessments_complexity_score_range")
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_sixr_assessments_confidence_range")),
        sa.CheckConstraint(
            "(status = 'proposed') = (approved_at IS NULL)", name=op.f("ck_sixr_assessments_decided_has_time")
        ),
        sa.CheckConstraint("risk_score BETWEEN 0 AND 100", name=op.f("ck_sixr_assessments_risk_score_range")),
        sa.CheckConstraint(
            "technical_fit_score BETWEEN 0 AND 100",
            name=op.f("ck_sixr_assessments_technical_fit_score_range"),
        ),
        comment="The case for an asset's 6R strategy: rationale, confidence, scores and effort.",
    )
    op.create_index(
        op.f("ix_sixr_assessments_approved_by"), "sixr_assessments", ["client_account_id", "approved_by"]
    )
    op.create_index(
        op.f("ix_sixr_assessments_asset_id_status"),
        "sixr_assessments",
        ["client_account_id", "engagement_id", "asset_id", "status"],
    )
    op.create_index(
        op.f("ix_sixr_assessments_strategy"),
        "sixr_assessments",
        ["client_account_id", "engagement_id", "strategy"],
    )
    op.create_index(
        "uq_sixr_assessments_asset_id_accepted",
        "sixr_assessments",
        ["client_account_id", "engagement_id", "asset_id"],
        unique=True,
        postgresql_where=sa.text("status = 'accepted'"),
    )
    op.execute("ALTER TABLE sixr_assessments ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE sixr_assessments FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON sixr_assessments USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sixr_assessments TO modernize_app")


# imports ----------------------------------------------------------------------------------------------------


def create_data_imports() -> None:
    op.create_table(
        "data_imports",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("discovery_flow_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("import_type", import_type, nullable=False),
        sa.Column(
            "source_system",
            sa.Text(),
            nullable=False,
            comment="what made the file: ServiceNow, AWS Config, a spreadsheet",
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_format", file_format, nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the file's bytes, hexadecimal"),
        sa.Column(
            "source_columns",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="headers as found, in the file's order",
        ),
        sa.Column("parse_options", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("status", import_status, server_default="pending", nullable=False),
        sa.Column("total_records", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid_records", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_records", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "processing_metrics", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_details", postgresql.JSONB()),
        sa.Column("imported_by", sa.Uuid()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_data_imports")),
        sa.UniqueConstraint("client_account_id", "engagement_id", "id", name=op.f("uq_data_imports_id")),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "discovery_flow_id"],
            ["discovery_flows.client_account_id", "discovery_flows.engagement_id", "discovery_flows.id"],
            name=op.f("fk_data_imports_discovery_flow_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id"],
            ["engagements.client_account_id", "engagements.id"],
            name=op.f("fk_data_imports_engagement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "imported_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_data_imports_imported_by"),
        ),
        sa.CheckConstraint(
            "file_size >= 0 AND total_records >= 0 AND valid_records >= 0 AND failed_records >= 0",
            name=op.f("ck_data_imports_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "completed_at >= started_at", name=op.f("ck_data_imports_completed_at_after_started_at")
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)",
            name=op.f("ck_data_imports_completed_has_time"),
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR valid_records + failed_records = total_records",
            name=op.f("ck_data_imports_completed_is_all_done"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(error_details) = 'object'", name=op.f("ck_data_imports_error_details_is_object")
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error_message IS NOT NULL)", name=op.f("ck_data_imports_failed_has_error")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(parse_options) = 'object'", name=op.f("ck_data_imports_parse_options_is_object")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(processing_metrics) = 'object'",
            name=op.f("ck_data_imports_processing_metrics_is_object"),
        ),
        sa.CheckConstraint(
            "valid_records + failed_records <= total_records", name=op.f("ck_data_imports_records_add_up")
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_data_imports_sha256_form")),
        comment="Files brought into a discovery flow: what they were, the rows taken, the time it took.",
    )
    op.create_index(
        op.f("ix_data_imports_discovery_flow_id"),
        "data_imports",
        ["client_account_id", "engagement_id", "discovery_flow_id"],
    )
    op.create_index(op.f("ix_data_imports_imported_by"), "data_imports", ["client_account_id", "imported_by"])
    op.create_index(
        op.f("ix_data_imports_started_at"),
        "data_imports",
        ["client_account_id", "engagement_id", "started_at"],
    )
    op.create_index(
        op.f("ix_data_imports_status"), "data_imports", ["client_account_id", "engagement_id", "status"]
    )
    op.execute("ALTER TABLE data_imports ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE data_imports FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON data_imports USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON data_imports TO modernize_app")


def create_raw_import_records() -> None:
    op.create_table(
        "raw_import_records",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("data_import_id", sa.Uuid(), nullable=False),
        sa.Column(
            "row_number",
            sa.Integer(),
            nullable=False,
            comment="row in the file, the first one below the header is 1",
        ),
        sa.Column("external_id", sa.Text(), comment="the row's own key in its source system"),
        sa.Column("raw_data", postgresql.JSONB(), nullable=False),
        sa.Column("cleansed_data", postgresql.JSONB()),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column(
            "validation_errors", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("processed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_raw_import_records")),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "data_import_id",
            "row_number",
            name=op.f("uq_raw_import_records_data_import_id_row_number"),
        ),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "id", name=op.f("uq_raw_import_records_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "data_import_id"],
            ["data_imports.client_account_id", "data_imports.engagement_id", "data_imports.id"],
            name=op.f("fk_raw_import_records_data_import_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "jsonb_typeof(cleansed_data) = 'object'",
            name=op.f("ck_raw_import_records_cleansed_data_is_object"),
        ),
        sa.CheckConstraint(
            "is_valid = (validation_errors = '[]'::jsonb)",
            name=op.f("ck_raw_import_records_invalid_has_reason"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(raw_data) = 'object'", name=op.f("ck_raw_import_records_raw_data_is_object")
        ),
        sa.CheckConstraint("row_number > 0", name=op.f("ck_raw_import_records_row_number_positive")),
        sa.CheckConstraint(
            "is_valid = (cleansed_data IS NOT NULL)", name=op.f("ck_raw_import_records_valid_is_cleansed")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(validation_errors) = 'array'",
            name=op.f("ck_raw_import_records_validation_errors_is_array"),
        ),
        comment="Rows of an imported file: as found, then as cleansed or with the reasons for refusal.",
    )
    op.create_index(
        op.f("ix_raw_import_records_data_import_id_is_valid_row_number"),
        "raw_import_records",
        ["client_account_id", "engagement_id", "data_import_id", "is_valid", "row_number"],
    )
    op.execute("ALTER TABLE raw_import_records ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE raw_import_records FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON raw_import_records USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON raw_import_records TO modernize_app")


def create_import_field_mappings() -> None:
    op.create_table(
        "import_field_mappings",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("data_import_id", sa.Uuid(), nullable=False),
        sa.Column("source_field", sa.Text(), nullable=False),
        sa.Column("target_field", sa.Text(), nullable=False, comment="a column of assets"),
        sa.Column("transformation_type", transformation_type, server_default="direct", nullable=False),
        sa.Column("transformation_rule", postgresql.JSONB()),
        sa.Column("confidence", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("status", mapping_status, server_default="pending", nullable=False),
        sa.Column("sample_values", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("suggested_by", sa.Text(), comment="the agent that proposed it"),
        sa.Column("rationale", sa.Text()),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("review_note", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_import_field_mappings")),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "data_import_id",
            "source_field",
            "target_field",
            name="uq_import_field_mappings_fields",
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "data_import_id"],
            ["data_imports.client_account_id", "data_imports.engagement_id", "data_imports.id"],
            name=op.f("fk_import_field_mappings_data_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "reviewed_by"],
            ["user_account_associations.client_account_id", "user_account_associations.user_id"],
            name=op.f("fk_import_field_mappings_reviewed_by"),
        ),
        sa.CheckConstraint(
            "confidence BETWEEN 0 AND 1", name=op.f("ck_import_field_mappings_confidence_range")
        ),
        sa.CheckConstraint(
            "(status = 'pending') = (reviewed_at IS NULL) AND (reviewed_by IS NULL OR reviewed_at IS NOT "
            "NULL)",
            name=op.f("ck_import_field_mappings_reviewed_has_time"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(sample_values) = 'array'",
            name=op.f("ck_import_field_mappings_sample_values_is_array"),
        ),
        sa.CheckConstraint(
            "(transformation_type = 'direct') = (transformation_rule IS NULL)",
            name=op.f("ck_import_field_mappings_transformation_has_rule"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(transformation_rule) = 'object'",
            name=op.f("ck_import_field_mappings_transformation_rule_is_object"),
        ),
        comment="Which column of a file fills which field of an asset, by what rule, approved by whom.",
    )
    op.create_index(
        op.f("ix_import_field_mappings_reviewed_by"),
        "import_field_mappings",
        ["client_account_id", "reviewed_by"],
    )
    op.create_index(
        op.f("ix_import_field_mappings_status"),
        "import_field_mappings",
        ["client_account_id", "engagement_id", "status"],
    )
    op.execute("ALTER TABLE import_field_mappings ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE import_field_mappings FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON import_field_mappings USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON import_field_mappings TO modernize_app")


# assets -----------------------------------------------------------------------------------------------------


def create_assets() -> None:
    op.create_table(
        "assets",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("asset_type", asset_type, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("status", asset_status, server_default="discovered", nullable=False),
        sa.Column("environment", environment, nullable=False),
        sa.Column("criticality", criticality, server_default="medium", nullable=False),
        sa.Column("data_classification", data_classification),
        sa.Column("business_unit", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("business_owner", sa.Text()),
        sa.Column("technical_owner", sa.Text()),
        sa.Column("location", sa.Text()),
        sa.Column("rack", sa.Text()),
        sa.Column("hostname", sa.Text()),
        sa.Column("fqdn", sa.Text()),
        sa.Column("ip_address", postgresql.INET()),
        sa.Column("hosting_type", hosting_type),
        sa.Column("network_role", network_role),
        sa.Column("vendor", sa.Text()),
        sa.Column("model", sa.Text()),
        sa.Column("serial_number", sa.Text()),
        sa.Column("os_family", os_family),
        sa.Column("os_name", sa.Text()),
        sa.Column("os_version", sa.Text()),
        sa.Column("os_end_of_life", sa.Date(), comment="last day of the vendor's support"),
        sa.Column("cpu_cores", sa.Integer()),
        sa.Column("memory_gb", sa.Numeric(precision=10, scale=2)),
        sa.Column("storage_gb", sa.Numeric(precision=12, scale=2)),
        sa.Column("application_tier", application_tier),
        sa.Column("technology", sa.Text(), comment="language and framework of an application"),
        sa.Column("application_version", sa.Text()),
        sa.Column("database_engine", database_engine),
        sa.Column("database_version", sa.Text()),
        sa.Column("installed_on", sa.Date()),
        sa.Column("attributes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("monthly_cost", sa.Numeric(precision=12, scale=2), comment="today, US dollars"),
        sa.Column(
            "cloud_monthly_cost",
            sa.Numeric(precision=12, scale=2),
            comment="estimated after the move, US dollars",
        ),
        sa.Column("six_r_strategy", sixr_strategy),
        sa.Column("migration_wave_id", sa.Uuid()),
        sa.Column("readiness_score", sa.Numeric(precision=5, scale=2)),
        sa.Column("readiness_status", readiness_status, server_default="not_assessed", nullable=False),
        sa.Column("blockers", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("discovery_flow_id", sa.Uuid()),
        sa.Column("raw_import_record_id", sa.Uuid()),
        sa.Column(
            "discovered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("last_seen_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_assets")),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "asset_type", "name", name=op.f("uq_assets_asset_type_name")
        ),
        sa.UniqueConstraint("client_account_id", "engagement_id", "id", name=op.f("uq_assets_id")),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "migration_wave_id",
            "id",
            name=op.f("uq_assets_migration_wave_id_id"),
        ),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "raw_import_record_id",
            name=op.f("uq_assets_raw_import_record_id"),
        ),
        sa.UniqueConstraint(
            "client_account_id", "engagement_id", "serial_number", name=op.f("uq_assets_serial_number")
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "discovery_flow_id"],
            ["discovery_flows.client_account_id", "discovery_flows.engagement_id", "discovery_flows.id"],
            name=op.f("fk_assets_discovery_flow_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id"],
            ["engagements.client_account_id", "engagements.id"],
            name=op.f("fk_assets_engagement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "migration_wave_id"],
            ["migration_waves.client_account_id", "migration_waves.engagement_id", "migration_waves.id"],
            name=op.f("fk_assets_migration_wave_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "raw_import_record_id"],
            [
                "raw_import_records.client_account_id",
                "raw_import_records.engagement_id",
                "raw_import_records.id",
            ],
            name=op.f("fk_assets_raw_import_record_id"),
        ),
        sa.CheckConstraint(
            "storage_gb >= 0 AND monthly_cost >= 0 AND cloud_monthly_cost >= 0",
            name=op.f("ck_assets_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(attributes) = 'object'", name=op.f("ck_assets_attributes_is_object")
        ),
        sa.CheckConstraint("jsonb_typeof(blockers) = 'array'", name=op.f("ck_assets_blockers_is_array")),
        sa.CheckConstraint(
            "(asset_type = 'database') = (database_engine IS NOT NULL)",
            name=op.f("ck_assets_database_has_engine"),
        ),
        sa.CheckConstraint(
            "(asset_type = 'network_device') = (network_role IS NOT NULL)",
            name=op.f("ck_assets_network_device_has_role"),
        ),
        sa.CheckConstraint(
            "(readiness_status = 'not_assessed') = (readiness_score IS NULL)",
            name=op.f("ck_assets_readiness_has_score"),
        ),
        sa.CheckConstraint("readiness_score BETWEEN 0 AND 100", name=op.f("ck_assets_readiness_score_range")),
        sa.CheckConstraint(
            "readiness_status <> 'ready' OR blockers = '[]'::jsonb",
            name=op.f("ck_assets_ready_has_no_blocker"),
        ),
        sa.CheckConstraint("cpu_cores > 0 AND memory_gb > 0", name=op.f("ck_assets_sizes_positive")),
        sa.CheckConstraint(
            "migration_wave_id IS NULL OR six_r_strategy NOT IN ('retain', 'retire')",
            name=op.f("ck_assets_what_stays_has_no_wave"),
        ),
        comment="The inventory: every application, server, database and network device found.",
    )
    op.create_index(
        op.f("ix_assets_business_unit"), "assets", ["client_account_id", "engagement_id", "business_unit"]
    )
    op.create_index(
        op.f("ix_assets_criticality"), "assets", ["client_account_id", "engagement_id", "criticality"]
    )
    op.create_index(
        op.f("ix_assets_discovery_flow_id"),
        "assets",
        ["client_account_id", "engagement_id", "discovery_flow_id"],
    )
    op.create_index(
        op.f("ix_assets_environment"), "assets", ["client_account_id", "engagement_id", "environment"]
    )
    op.create_index(op.f("ix_assets_hostname"), "assets", ["client_account_id", "engagement_id", "hostname"])
    op.create_index(
        op.f("ix_assets_ip_address"), "assets", ["client_account_id", "engagement_id", "ip_address"]
    )
    op.create_index(op.f("ix_assets_name"), "assets", ["client_account_id", "engagement_id", "name"])
    op.create_index(
        op.f("ix_assets_os_family_os_end_of_life"),
        "assets",
        ["client_account_id", "engagement_id", "os_family", "os_end_of_life"],
    )
    op.create_index(
        op.f("ix_assets_readiness_status"),
        "assets",
        ["client_account_id", "engagement_id", "readiness_status"],
    )
    op.create_index(
        op.f("ix_assets_six_r_strategy"), "assets", ["client_account_id", "engagement_id", "six_r_strategy"]
    )
    op.execute("ALTER TABLE assets ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE assets FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON assets USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON assets TO modernize_app")


def create_asset_dependencies() -> None:
    op.create_table(
        "asset_dependencies",
        sa.Column("client_account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("source_asset_id", sa.Uuid(), nullable=False),
        sa.Column("target_asset_id", sa.Uuid(), nullable=False),
        sa.Column("dependency_type", dependency_type, nullable=False),
        sa.Column("direction", dependency_direction, server_default="outbound", nullable=False),
        sa.Column("strength", dependency_strength, server_default="hard", nullable=False),
        sa.Column("protocol", sa.Text()),
        sa.Column("port", sa.Integer()),
        sa.Column("evidence", dependency_evidence, server_default="configuration", nullable=False),
        sa.Column("confidence", sa.Numeric(precision=3, scale=2), server_default="1.00", nullable=False),
        sa.Column(
            "is_intended_cycle",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="an edge of a cycle that the owners know and accept",
        ),
        sa.Column("description", sa.Text()),
        sa.Column("discovery_flow_id", sa.Uuid()),
        sa.Column("last_seen_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("client_account_id", "id", name=op.f("pk_asset_dependencies")),
        sa.UniqueConstraint(
            "client_account_id",
            "engagement_id",
            "source_asset_id",
            "target_asset_id",
            "dependency_type",
            name="uq_asset_dependencies_edge",
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "discovery_flow_id"],
            ["discovery_flows.client_account_id", "discovery_flows.engagement_id", "discovery_flows.id"],
            name=op.f("fk_asset_dependencies_discovery_flow_id"),
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "source_asset_id"],
            ["assets.client_account_id", "assets.engagement_id", "assets.id"],
            name=op.f("fk_asset_dependencies_source_asset_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_account_id", "engagement_id", "target_asset_id"],
            ["assets.client_account_id", "assets.engagement_id", "assets.id"],
            name=op.f("fk_asset_dependencies_target_asset_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_asset_dependencies_confidence_range")),
        sa.CheckConstraint(
            "source_asset_id <> target_asset_id", name=op.f("ck_asset_dependencies_not_on_itself")
        ),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_asset_dependencies_port_range")),
        comment="Directed edges of the dependency graph: the source asset needs the target asset.",
    )
    op.create_index(
        op.f("ix_asset_dependencies_dependency_type"),
        "asset_dependencies",
        ["client_account_id", "engagement_id", "dependency_type"],
    )
    op.create_index(
        op.f("ix_asset_dependencies_discovery_flow_id"),
        "asset_dependencies",
        ["client_account_id", "engagement_id", "discovery_flow_id"],
    )
    op.create_index(
        op.f("ix_asset_dependencies_target_asset_id"),
        "asset_dependencies",
        ["client_account_id", "engagement_id", "target_asset_id"],
    )
    op.execute("ALTER TABLE asset_dependencies ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE asset_dependencies FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON asset_dependencies USING (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid) WITH CHECK (client_account_id = "
        "nullif(current_setting('app.client_account_id', true), '')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON asset_dependencies TO modernize_app")
