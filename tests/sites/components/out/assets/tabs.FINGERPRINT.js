(themes/default/assets/tabs.js)
