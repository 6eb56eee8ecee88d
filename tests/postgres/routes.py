"""Every operation of the API: what is expected of it, and what it is sent."""

from __future__ import annotations

from tests.postgres.matrix import Of, Route

CSV = b"hostname,type\nsrv-9001,server\n"
DECISION = {"status": "approved", "seen": "pending", "note": ""}
_PERSON = {"email": "somebody.new@example.org", "full_name": "Somebody New", "role": "VIEWER"}
_RUN = {"run": Of("runs")}
_IMPORT, _FLOW, _WAVE = Of("data_imports"), Of("discovery_flows"), Of("migration_waves")
_MAPPING, _RECORD, _ASSET, _USER = (
    Of("import_field_mappings"),
    Of("raw_import_records"),
    Of("assets"),
    Of("users"),
)
LONG_AGO = "2001-01-01T00:00:00Z"
_MOVE = {"assets": [{"id": _ASSET, "updated_at": LONG_AGO}], "wave_id": _WAVE}
_CHOICE = {
    "strategy": "rehost",
    "rationale": "It moves as it is, with its data, in one go.",
    "confidence": "0.9",
    "effort_days": "1",
    "wave_id": _WAVE,
}
_SURE = {"min_confidence": 0, "data_import_id": _IMPORT}

ROUTES = (
    Route("GET", "/api/me", ""),
    Route("GET", "/api/dashboard", "dashboard:read"),
    Route("GET", "/api/dashboard/activity", "dashboard:read"),
    Route("GET", "/api/analytics", "analytics:read"),
    Route("GET", "/api/flows", "flow:read", holds="discovery_flows"),
    Route("POST", "/api/flows", "flow:create", body={"name": "Another look"}),
    Route("GET", "/api/flows/insights", "flow:read", holds="agent_insights"),
    Route("GET", "/api/flows/{flow_id}", "flow:read", {"flow_id": _FLOW}, holds="discovery_flows"),
    Route("GET", "/api/imports", "import:read", holds="data_imports"),
    Route("POST", "/api/imports", "import:create", form={"flow_id": _FLOW}, file=(b"", CSV)),
    Route("GET", "/api/imports/records", "import:read", query={"import_id": _IMPORT}),
    Route("GET", "/api/imports/records/{record_id}", "import:read", {"record_id": _RECORD}, holds="raw_import_records"),
    Route("GET", "/api/imports/{import_id}", "import:read", {"import_id": _IMPORT}, holds="data_imports"),
    Route("POST", "/api/imports/{import_id}/cancel", "import:create", {"import_id": _IMPORT}),
    Route("POST", "/api/imports/{import_id}/assets", "import:create", {"import_id": _IMPORT}, body={}),
    Route("GET", "/api/imports/{import_id}/refused.csv", "import:read", {"import_id": _IMPORT}),
    Route("GET", "/api/mappings", "mapping:read", query={"data_import_id": _IMPORT}, holds="data_imports"),
    Route("GET", "/api/mappings/summary", "mapping:read"),
    Route("GET", "/api/mappings/approvable", "mapping:review", query=_SURE),
    Route("POST", "/api/mappings/decisions", "mapping:review", body={**DECISION, "mapping_ids": [_MAPPING]}),
    Route("GET", "/api/mappings/{mapping_id}", "mapping:read", {"mapping_id": _MAPPING}, holds="data_imports"),
    Route("PUT", "/api/mappings/{mapping_id}/decision", "mapping:review", {"mapping_id": _MAPPING}, body=DECISION),
    Route("GET", "/api/assets", "asset:read", query={"limit": 500}, holds="assets"),
    Route("GET", "/api/assets/export/{form}", "asset:export", {"form": "xlsx"}),
    Route("GET", "/api/assets/{asset_id}", "asset:read", {"asset_id": _ASSET}, holds="assets"),
    Route("GET", "/api/dependencies", "dependency:read", query={"focus": _ASSET}),
    Route("GET", "/api/dependencies/graph", "dependency:read", query={"focus": _ASSET}),
    Route("GET", "/api/dependencies/assets", "dependency:read", holds="assets"),
    Route("GET", "/api/planning", "planning:read", holds="migration_waves"),
    Route("GET", "/api/planning/warnings", "planning:read"),
    Route("GET", "/api/planning/preview", "planning:read", query={"asset_id": _ASSET, "wave_id": _WAVE}),
    Route("GET", "/api/planning/assets/{asset_id}", "planning:read", {"asset_id": _ASSET}, holds="assets"),
    Route("POST", "/api/planning/moves", "planning:write", body=_MOVE),
    Route("POST", "/api/planning/assets/{asset_id}/strategy", "planning:write", {"asset_id": _ASSET},
          body={**_CHOICE, "updated_at": LONG_AGO}),
    Route("GET", "/api/users", "user:read", holds="users"),
    Route("POST", "/api/users", "user:write", body=_PERSON),
    Route("GET", "/api/users/{user_id}", "user:read", {"user_id": _USER}),
    Route("POST", "/api/users/{user_id}/invitation", "user:write", {"user_id": _USER}),
    Route("PUT", "/api/users/{user_id}/role", "user:write", {"user_id": _USER}, body={"role": "ANALYST"}),
    Route("PUT", "/api/users/{user_id}/status", "user:write", {"user_id": _USER}, body={"status": "disabled"}),
    Route("GET", "/api/runs", "run:read"),
    Route("GET", "/api/runs/{run}", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/artifacts/{path}", "run:read", {**_RUN, "path": "plan.toml"}),
    Route("GET", "/api/runs/{run}/findings", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/findings/{check}", "run:read", {**_RUN, "check": "rows.assets"}),
    Route("GET", "/api/runs/{run}/pages", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/pictures/{path}", "run:read", {**_RUN, "path": "screenshots/viewer/dashboard.png"}),
    Route("GET", "/api/runs/{run}/report", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/tasks/{task}", "run:read", {**_RUN, "task": "1.1"}),
)  # fmt: skip

FILTERED = (
    Route("GET", "/api/assets", "asset:read", query={"migration_wave_id": _WAVE}),
    Route("GET", "/api/assets", "asset:read", query={"discovery_flow_id": _FLOW}),
    Route("GET", "/api/assets/export/{form}", "asset:export", {"form": "csv"}, query={"migration_wave_id": _WAVE}),
    Route("GET", "/api/dependencies", "dependency:read", query={"limit": 500}, holds="asset_dependencies"),
    Route("GET", "/api/dependencies/graph", "dependency:read", query={"depth": "all"}, holds="assets"),
    Route("GET", "/api/imports/records", "import:read", query={"limit": 500}, holds="raw_import_records"),
    Route("GET", "/api/mappings", "mapping:read", query={"limit": 500}, holds="import_field_mappings"),
    Route("GET", "/api/users", "user:read", query={"limit": 500}, holds="users"),
)  # fmt: skip
"""Routes that are asked a second time, with other filters."""
