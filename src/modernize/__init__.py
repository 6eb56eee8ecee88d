"""The reference application: a multi-tenant platform that plans moves of workloads to a cloud."""
