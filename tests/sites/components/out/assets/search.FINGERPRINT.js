(themes/default/assets/search.js)
