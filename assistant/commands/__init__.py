"""The commands of `python -m assistant`, one file each, and what they share.

session.py     the options, the open assistant, and one line for whatever goes wrong
display.py     an answer on a terminal, while it grows and when it is there
ask.py         one question
batch.py       a file of conversations
dialogue.py    a conversation at a terminal: questions, and commands that begin with a slash
chat.py        the keyboard, or a pipe, for such a conversation
evaluate.py    retrieval and answers, measured
feedback.py    readers' verdicts on the page's answers
examine.py     the doctor's findings, printed
"""
