(themes/default/assets/zoom.js)
