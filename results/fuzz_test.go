package results

import (
	"bytes"
	"reflect"
	"testing"
	"time"
)

// The targets below read what a damaged or hostile run folder may hold. They touch no file. How
// many inputs each has seen is in docs/development/fuzzing.md.

// FuzzToyLine reads lines of toys files. What is read is written and read again as the same toy,
// and no byte of a line with a checksum can be changed.
func FuzzToyLine(f *testing.F) {
	toys := []Toy{toy(Null, 0, 0), toy(Alternative, 8, 3), {Key: "a1", Hypothesis: Observed,
		Status: "non-finite", Reason: "loss at epoch 3", T: []float64{}, Warnings: []string{"few"}}}
	toys[1].Kernels = []Kernels{{Centroids: [][]float64{{1, 2}}, Coefficients: []float64{3}}}
	toys[1].Leading = &Leading{Sigma: 1, Z: 2}
	for _, x := range toys {
		line, err := encodeToy(x)
		if err != nil {
			f.Fatal(err)
		}
		body, _, _ := bytes.Cut(line, []byte(lineSumKey))
		f.Add(line)
		f.Add(append(body, '}'))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		x, checked, err := parseToy(line)
		if err != nil {
			return
		}
		again, err := encodeToy(x)
		if err != nil {
			t.Fatalf("%q is read, but not written: %v", line, err)
		}
		y, sealed, err := parseToy(again)
		if err != nil || !sealed || !x.sameAs(y) || x.Seconds != y.Seconds {
			t.Fatalf("%q is read as %+v, and again as %+v (%v)", line, x, y, err)
		}
		if checked {
			line = bytes.Clone(line)
			line[len(line)/2] ^= 1
			if _, still, err := parseToy(line); err == nil && still {
				t.Fatalf("%q has the checksum of another line", line)
			}
		}
	})
}

// FuzzManifest reads manifests. What is read is written and read again as the same manifest.
func FuzzManifest(f *testing.F) {
	m := testManifest()
	end := m.Started.Add(time.Hour)
	m.Finished = &end
	m.Inputs = map[string]string{"data.npy": "ab"}
	m.Cells[0].Pools = &PoolSizes{Calibration: "pools", Reference: 3}
	m.Stretches = []Stretch{{"toys-0.jsonl", 3, map[string]string{"go": "go1.27"}, end}}
	text, err := encodeManifest(m)
	if err != nil {
		f.Fatal(err)
	}
	body, _, _ := bytes.Cut(text, []byte(fileSumKey))
	f.Add(text)
	f.Add(append(body, fileClosing...))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseManifest(text)
		if err != nil {
			return
		}
		first, err := encodeManifest(m)
		if err != nil {
			t.Fatalf("%q is read, but not written: %v", text, err)
		}
		if m, err = parseManifest(first); err != nil {
			t.Fatalf("%q is written as %q, which is not read: %v", text, first, err)
		}
		if second, err := encodeManifest(m); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%q is written as %q, and then as %q (%v)", text, first, second, err)
		}
	})
}

// FuzzFit reads records of fits. What is read has lists of equal lengths, where figures take them
// together, and is written and read again as the same record.
func FuzzFit(f *testing.F) {
	const name = "c-null-0-0.json"
	x := fit(Null, 0, 0)
	x.Trace.Centroids, x.Trace.Coefficients = [][][]float64{{{1}}}, [][]float64{{2}}
	x.Trace.DataInSphere, x.Trace.ReferenceShare = [][]float64{{3}}, [][]float64{{0.5}}
	x.Profile = &Profile{X: []float64{1, 2}, Learned: [][]float64{{0, 1}}}
	for _, record := range []FitRecord{x, fit(Null, 0, 0)} {
		text, err := Encode(record)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		x, err := parseFit(name, text)
		if err != nil {
			return
		}
		if x.Trace != nil {
			for i := range x.Trace.Centroids {
				_ = x.Trace.Epoch[i]
				for k := range x.Trace.Centroids[i] {
					if len(x.Trace.Coefficients) > 0 {
						_ = x.Trace.Coefficients[i][k]
					}
					if len(x.Trace.DataInSphere) > 0 {
						_ = x.Trace.DataInSphere[i][k]
					}
				}
			}
		}
		again, err := Encode(x)
		if err != nil {
			t.Fatalf("%q is read, but not written: %v", text, err)
		}
		if y, err := parseFit(name, again); err != nil || !reflect.DeepEqual(x, y) {
			t.Fatalf("%q is read as %+v, and again as %+v (%v)", text, x, y, err)
		}
	})
}
