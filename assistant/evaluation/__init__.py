"""How good is it? Retrieval and answers, measured on sets of questions whose answers are known.

benchmark.py          a retrieval benchmark: a folder in BEIR's layout
retrieval_metrics.py  how well a ranker finds a benchmark's papers
own_retriever.py      our own retriever, put to a benchmark
question_sets.py      conversations, and what a right answer to their last turn is
paper_lists.py        the library of a question set, named by the ids of its papers
scoring.py            one answer held against what was expected of it
answer_metrics.py     an assistant put to a whole set, and the figures over all of its answers
known_items.py        a set made from anybody's own papers
history.py            the figures of last time, and what has changed since
"""
