"""The accounts Balie books on: code, names, RGS code. Bookkeeping software maps them by RGS."""

BANK = "1100"
SUSPENSE = "1190"
RECEIVABLE = "1300"
VAT_PAYABLE = "1600"
BANK_COSTS = "4600"
REVENUE = "8000"
OPENING = "0800"

CHART = (
    (OPENING, "Beginbalans", "Opening balance", "BEivOvrOvr"),
    (BANK, "Bank", "Bank", "BLimBanRba"),
    (SUSPENSE, "Nog te plaatsen", "Suspense", "BLimKruSto"),
    (RECEIVABLE, "Debiteuren", "Receivable", "BVorDebHad"),
    (VAT_PAYABLE, "Af te dragen btw", "VAT payable", "BSchBepBtw"),
    (BANK_COSTS, "Bankkosten", "Bank costs", "WBedAlkBan"),
    (REVENUE, "Omzet hosting", "Hosting revenue", "WOmzNopOlh"),
)
