"""The rules of the house: no Django, no input or output, no clock. Time comes in as an argument."""
