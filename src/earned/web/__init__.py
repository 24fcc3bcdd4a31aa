"""The workbench in the browser: each page calls a conductor and renders. Django's other folder beside `store`."""
