"""Moving in: customers, services, mandates and invoices of another system, taken over once each.

Rows are staged as they stand in the file, then taken over customer by customer, each in a
transaction of its own. Nothing is mailed, promised or billed for what comes in here.
"""

from balie.apps.office.importing.report import Report
from balie.apps.office.importing.running import preview_import, run_import

__all__ = ["Report", "preview_import", "run_import"]
