"""The engine and the knowledge itself. Pure: no FHIR wire names, no HTTP, no clock.

`load_release` gives a published release, `evaluate` applies it to one `Chart` at one instant.
"""

ENGINE_VERSION = "1.0.0"
