"""The benchmark harness: how fast, how small and how steady a night is, beside what people would use instead.

Here: the trusts it is measured on, the measuring, the figures and their targets. Not here: anything that the product needs; nothing in
`pipelines` imports `bench`, and it is no part of the wheel.
"""
