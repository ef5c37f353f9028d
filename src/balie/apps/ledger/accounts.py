"""The accounts Balie books on: code, names, RGS code. Bookkeeping software maps them by RGS."""

BANK = "1100"
SUSPENSE = "1190"
IN_TRANSIT = "1195"
RECEIVABLE = "1300"
TAKEN_OVER = "1310"
VAT_PAYABLE = "1600"
BANK_COSTS = "4600"
OTHER_COSTS = "4900"
REVENUE = "8000"
OTHER_INCOME = "8900"
OPENING = "0800"

CHART = (
    (OPENING, "Beginbalans", "Opening balance", "BEivOvrOvr"),
    (BANK, "Bank", "Bank", "BLimBanRba"),
    (SUSPENSE, "Nog te plaatsen", "Suspense", "BLimKruSto"),
    (IN_TRANSIT, "Kruisposten", "Transfers between own accounts", "BLimKru"),
    (RECEIVABLE, "Debiteuren", "Receivable", "BVorDebHad"),
    (TAKEN_OVER, "Overgenomen debiteuren", "Receivable taken over", "BVorDebHad"),
    (VAT_PAYABLE, "Af te dragen btw", "VAT payable", "BSchBepBtw"),
    (BANK_COSTS, "Bankkosten", "Bank costs", "WBedAlkBan"),
    (OTHER_COSTS, "Overige kosten", "Other costs", "WBedAlkOal"),
    (REVENUE, "Omzet hosting", "Hosting revenue", "WOmzNopOlh"),
    (OTHER_INCOME, "Overige opbrengsten", "Other income", "WOvb"),
)
