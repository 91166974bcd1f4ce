"""The vocabulary of a contest: camps, accounts, rules, posts, readings. Imports nothing of ours."""
