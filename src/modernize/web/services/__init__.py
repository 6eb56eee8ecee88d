"""What can be done with the application's rows, one module per area; pages and API call these and nothing else.

Every public function takes the caller first and asks it for a scope: that opens the one transaction it works in.
"""
