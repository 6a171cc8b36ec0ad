(themes/default/assets/links.js)
