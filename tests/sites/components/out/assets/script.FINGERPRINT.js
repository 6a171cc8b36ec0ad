(themes/default/assets/script.js)
