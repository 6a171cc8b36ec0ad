(themes/default/assets/table.js)
