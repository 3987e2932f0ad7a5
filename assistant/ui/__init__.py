"""The page: one file a tab or panel, its words in `texts`, its templates, styles and scripts as files of their own."""
