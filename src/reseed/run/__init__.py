"""The durable run: agents, gates, handoffs, journal. The only room that imports dbos."""
