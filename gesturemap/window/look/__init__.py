"""How everything looks: colours, style, icons, and the layouts that Qt lacks."""
