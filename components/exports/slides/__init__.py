"""Drawings on slides: what stands where, and the native charts with their workbooks."""
