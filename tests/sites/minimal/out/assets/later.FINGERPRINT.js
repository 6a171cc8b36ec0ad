(themes/default/assets/later.js)
