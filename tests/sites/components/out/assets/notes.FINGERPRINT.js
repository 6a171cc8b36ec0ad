(themes/default/assets/notes.js)
