package findings

import (
	"bytes"
	"testing"
)

// FuzzFindings reads what a damaged or hostile findings.json may hold. What is read is written and
// read again as the same findings. It touches no file.
func FuzzFindings(f *testing.F) {
	var seed bytes.Buffer
	if err := (Findings{Schema: Schema, Warnings: []string{"few rows"}}).Write(&seed); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.Bytes())
	f.Add([]byte(`{"schema": "` + Schema + `", "kernels": [{"centroid": [1]}], "columns": null}`))
	f.Add([]byte(`{"schema": "` + Schema + `", "marginals": [{"column": 0, "edges": [0, 1],
		"data": [3], "expected": [2], "reweighted": [3], "expected_variance": [1],
		"reweighted_variance": [1], "pulls": [1], "reweighted_pulls": [0]}],
		"places": [{"columns": [{"labels": ["a"], "data": [1], "reference": [1]}]}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		x, err := parse("findings.json", content)
		if err != nil {
			return
		}
		for _, m := range x.Marginals {
			for i := range m.count() {
				_ = m.ReweightedPulls[i] + m.Pulls[i] + m.Data[i]
			}
		}
		var first, second bytes.Buffer
		if err := x.Write(&first); err != nil {
			t.Fatalf("%q is read, but not written: %v", content, err)
		}
		y, err := parse("findings.json", first.Bytes())
		if err == nil {
			err = y.Write(&second)
		}
		if err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%q is written as %q, and then as %q (%v)", content, first.Bytes(),
				second.Bytes(), err)
		}
	})
}
