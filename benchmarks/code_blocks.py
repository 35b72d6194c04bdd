"""Code as it stands in notes: ten languages, 8 to 25 lines, no two blocks alike.

Each block is a few pieces of its language in random order with made-up names and numbers, so that no
highlighter gains by remembering a block it has seen.
"""

from __future__ import annotations

import re
from random import Random

from words import rare_words

_PIECES: dict[str, str] = {
    "python": '''
def aaa(bbb: list[int], ccc: float = 0.111) -> dict[str, float]:
    """Return ddd for every eee."""
    return {f"eee-{n}": n * ccc for n in bbb if n % 222 != 0}
---
class Aaa:
    # ddd before eee
    def __init__(self, bbb: str, *, ccc: int = 333) -> None:
        self.bbb, self._ccc = bbb, ccc
---
for bbb, ccc in enumerate(sorted(ddd, key=lambda eee: eee[1])):
    if ccc is None:
        continue
    print(f"{bbb:>4} {ccc!r}", end="\\n")
''',
    "javascript": """
export async function aaa(bbb, { ccc = 111, ddd } = {}) {
  const eee = await fetch(`/api/${bbb}?ccc=${ccc}`);
  if (!eee.ok) throw new Error("ddd failed");
  return eee.json();
}
---
const bbb = ddd.filter((eee) => eee.ccc > 222).map(({ ccc }) => ccc ?? null);
---
// eee for ddd
document.querySelectorAll(".aaa").forEach((eee) => {
  eee.addEventListener("click", () => console.log(eee.dataset.bbb, 333));
});
""",
    "bash": """
for aaa in "${bbb[@]}"; do
  grep -rn "ccc" --include='*.md' "$aaa" | sort -u > /tmp/ddd.txt || exit 1
done
---
# eee the ddd
if [[ -f "$HOME/.aaa" && $# -gt 111 ]]; then
  export BBB=$(cat "$HOME/.aaa" | wc -l)
fi
---
curl --silent --max-time 222 "https://example.com/ccc" | awk '{ print $2 }' | head -n 333
""",
    "json": """
{
  "aaa": "bbb",
  "ccc": [111, 222, 333],
  "ddd": { "eee": true, "aaa": null, "bbb": 0.222 }
}
""",
    "go": """
func aaa(bbb []string, ccc int) (map[string]int, error) {
	ddd := make(map[string]int, len(bbb))
	for i, eee := range bbb {
		if i > ccc {
			return nil, fmt.Errorf("eee %q: %d", eee, 111)
		}
		ddd[eee] += i * 222
	}
	return ddd, nil
}
---
type Aaa struct {
	Bbb string `json:"bbb"`
	Ccc int64  `json:"ccc,omitempty"` // ddd
}
""",
    "yaml": """
aaa:
  bbb: ccc
  ddd: [111, 222]
  eee:
    - name: "ddd"
      value: 333
---
# ccc
eee: &aaa
  bbb: true
""",
    "html": """
<section class="aaa" id="bbb-111">
  <h2>Ccc <em>ddd</em></h2>
  <a href="/eee/?q=222&amp;n=333">eee</a>
</section>
---
<!-- ddd -->
<img src="aaa.png" alt="bbb" width="111" height="222">
""",
    "css": """
.aaa > .bbb:hover { color: #333; margin: 111px auto 0; }
---
@media (max-width: 222px) {
  #ccc .ddd::after { content: "eee"; font-size: 1.111rem; }
}
""",
    "sql": """
SELECT aaa.bbb, COUNT(*) AS ccc
FROM aaa
JOIN ddd ON ddd.aaa_id = aaa.id
WHERE ddd.eee > 111 AND aaa.bbb LIKE 'ccc%'
GROUP BY aaa.bbb HAVING COUNT(*) > 222
ORDER BY ccc DESC;
---
-- eee
CREATE INDEX aaa_bbb ON ddd (ccc, eee);
""",
    "rust": """
fn aaa(bbb: &[u32], ccc: Option<u32>) -> Result<Vec<u32>, String> {
    let ddd = ccc.unwrap_or(111);
    Ok(bbb.iter().filter(|&&eee| eee > ddd).map(|eee| eee * 222).collect())
}
---
#[derive(Debug, Clone)]
pub struct Aaa { pub bbb: String, ccc: u64 } // ddd
""",
}
_LANGUAGES = ["python", "python", "python", "javascript", "javascript", "bash", "bash", *_PIECES]
_NAME = re.compile(r"aaa|bbb|ccc|ddd|eee|Aaa|Bbb|Ccc|BBB")
_NUMBER = re.compile(r"111|222|333")


def code_block(chance: Random) -> str:
    """A fenced block in one of the languages."""
    language = chance.choice(_LANGUAGES)
    pieces = [piece.strip("\n") for piece in _PIECES[language].split("\n---\n")]
    chosen = [_renamed(chance.choice(pieces), chance) for _ in range(chance.randint(2, 4))]
    if language == "json":
        chosen = ["[", ",\n".join(chosen), "]"]
    return f"```{language}\n" + "\n".join(chosen) + "\n```"


def _renamed(piece: str, chance: Random) -> str:
    names = dict(zip(("aaa", "bbb", "ccc", "ddd", "eee"), rare_words(chance, 5), strict=True))
    return _NUMBER.sub(
        lambda _: str(chance.randint(2, 999)), _NAME.sub(lambda found: _like(found[0], names), piece)
    )


def _like(placeholder: str, names: dict[str, str]) -> str:
    """The name that a placeholder stands for, in the placeholder's case."""
    name = names[placeholder.lower()]
    return name.upper() if placeholder.isupper() else name.title() if placeholder.istitle() else name
