"""Files with which a company moves in: our own tables, and what WHMCS and HostFact hand out."""
