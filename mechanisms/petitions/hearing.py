"""The hearing of a weighty or disputed petition (信访工作条例 31 (6))."""

from lianxin.plugin import Step, hearing

# No pause: article 36 leaves a hearing's days out of a re-review only, and the sixty days of article 34 run on.
HEARING: tuple[Step, ...] = hearing("accepted", by="petitioner", letter="hearing", basis="信访工作条例 31")
