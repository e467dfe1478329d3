package findings

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sparker/data"
)

// What is written comes back, and its numbers are those of the pair and the fit.
func TestFile(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 3} {
		pair, fit := clustered(d)
		pair.Index, pair.IDs = make([]int, 40), make([]string, 40)
		for i := range pair.Index {
			pair.Index[i], pair.IDs[i] = 100+i, "id"+strconv.Itoa(i)
		}
		f := find(t, pair, fit, FindOptions{Nearest: 3})
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b.Bytes(), []byte("null")) || !bytes.HasSuffix(b.Bytes(), []byte("}\n")) {
			t.Errorf("d = %d: a null, or no newline, in %s", d, b.Bytes())
		}
		path := filepath.Join(t.TempDir(), "findings.json")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		back, err := Read(path)
		if diff := cmp.Diff(f, back, cmpopts.IgnoreFields(Finding{}, "Others"),
			cmpopts.IgnoreFields(Member{}, "Index")); err != nil || diff != "" {
			t.Errorf("d = %d: %v; it comes back as (-wrote +read):\n%s", d, err, diff)
		}
		checkClustered(t, d, f)
		switch d {
		case 1:
			sum := 0.0
			for _, n := range f.Histogram.Data {
				sum += n
			}
			if sum != 40 || f.Histogram.Data[histogramBins-1] == 0 || f.Data != nil {
				t.Errorf("histogram %+v", f.Histogram)
			}
		case 2:
			if len(f.Data) != 40 || len(f.Reference) != 200 || f.Histogram != nil {
				t.Errorf("%d data and %d reference rows", len(f.Data), len(f.Reference))
			}
		default:
			if f.Data != nil || f.Histogram != nil {
				t.Error("rows of three columns are kept")
			}
		}
	}
}

// checkClustered checks findings of the clustered pair, whose rows are numbered from 100 on and
// called id0, id1, and so on.
func checkClustered(t *testing.T, d int, f Findings) {
	t.Helper()
	k := f.Kernels[0]
	if f.Schema != Schema || f.Checkpoint != 2 || f.DataRows != 40 || f.ReferenceRows != 200 ||
		len(f.Scale) != d || k.Kernel != 0 || len(k.Nearest) != 3 || len(k.Others) != 2 ||
		k.Ball.Data != 5 || k.Truth == nil || k.Truth.Efficiency != 1 || len(f.Classes) != 1 ||
		len(f.Classes[0].Kernels) != 1 {
		t.Errorf("d = %d: %+v", d, f)
	}
	if n := k.Nearest[0]; n.Row != 136 || n.Index != 36 || n.ID != "id36" || n.Distance != 0 ||
		!n.InBall {
		t.Errorf("d = %d: the nearest row is %+v", d, n)
	}
	if math.Abs(k.Centroid[0]-133.6) > 1e-9 {
		t.Errorf("d = %d: centroid at %v", d, k.Centroid)
	}
	if far := f.Kernels[1]; far.Soft.Score != nil || far.Soft.Data != 0 || len(far.Bulk) != 0 {
		t.Errorf("d = %d: the kernel far away is %+v", d, far)
	}
	if len(f.History) != 2 || f.History[1].Kernels[0].Data != 5 ||
		f.History[1].Kernels[0].SoftZ != k.Soft.Z {
		t.Errorf("d = %d: history %+v", d, f.History)
	}
}

// Lists without entries are written as [], and not as null.
func TestEmptyLists(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(3, 0, 0, 0), Reference: sampleOf(3, 0, 1, 2, 2, 0, 1),
		Weight: 0.5}
	f := find(t, pair, made(1, []float64{1}, 0, 0, 0), FindOptions{})
	if f.Warnings == nil || len(f.Warnings) > 0 {
		t.Errorf("warnings %#v", f.Warnings)
	}
	pair.Data = sampleOf(3)
	for _, f := range []Findings{f, find(t, pair, made(1, []float64{1}, 0, 0, 9), FindOptions{})} {
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b.Bytes(), []byte("null")) {
			t.Errorf("a null in %s", b.Bytes())
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Read(filepath.Join(dir, "nowhere.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there gives %v", err)
	}
	for content, want := range map[string]string{
		`{"schema": "sparker/findings/0"}`: `schema "sparker/findings/0"`,
		`{"schema": 3}`:                    "reading",
		`{`:                                "reading",
		`{"schema": "sparker/findings/1", "marginals": [{"name": "x", "edges": [0, 1, 2],
			"data": [1, 2], "expected": [1]}]}`: `1 numbers for the 2 bins of "x"`,
		`{"schema": "sparker/findings/1", "places": [{"columns": [{"name": "x",
			"labels": ["a", "b"], "data": [1, 2], "reference": [1, 2, 3]}]}]}`: `3 numbers for ` +
			`the 2 bins of "x"`,
		`{"schema": "sparker/findings/1", "marginals": [{"name": "x", "edges": [0, 1],
			"labels": ["a"]}]}`: `"x" have edges and labels`,
	} {
		path := filepath.Join(dir, "findings.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), path) {
			t.Errorf("%s: want an error with %q, got %v", content, want, err)
		}
	}
	infinite := Findings{T: math.Inf(1)}
	if err := infinite.Write(&bytes.Buffer{}); err == nil {
		t.Error("an infinite number is written")
	}
}
