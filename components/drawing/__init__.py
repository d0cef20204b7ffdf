"""Drawings as data, and how pages draw them. Slides are the other renderer: `components.exports.slides`."""
