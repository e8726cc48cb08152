"""The test region (floor 13): eleven states with unmistakable TEST-ONLY authorities.

Nothing here is real. What is modelled on a real scheme says so in ``states``; its keys come from
published labels, so that anybody can forge them.
"""
