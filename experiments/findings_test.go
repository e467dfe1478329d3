package experiments

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// findingsOf are findings of a fit with two kernels, one of them far from all rows, of normals in d
// columns with a cluster of five rows.
func findingsOf(t *testing.T, d int) (data.Pair, twosample.Fit, twosample.Findings) {
	t.Helper()
	r := rng.New(1, "findings")
	pair := data.Pair{Weight: 0.2, Injected: 5}
	for _, s := range []struct {
		to *data.Sample
		n  int
	}{{&pair.Data, 40}, {&pair.Reference, 200}} {
		*s.to = data.Sample{X: make([]float64, s.n*d), N: s.n, D: d}
		for i := range s.to.X {
			s.to.X[i] = 100 + 10*r.NormFloat64()
		}
	}
	for i := 35; i < 40; i++ {
		for j := range d {
			pair.Data.Row(i)[j] = 130 + 0.1*float64(i)
		}
	}
	standardizer, _ := data.NewStandardizer(pair.Reference)
	fit := twosample.Fit{Standardizer: &standardizer}
	fit.Status = train.OK
	centroids := append(standardizer.Apply(pair.Data).Row(36), make([]float64, d)...)
	for j := range d {
		centroids[d+j] = 1e4
	}
	for i, sigma := range []float64{2, 0.5} {
		fit.Checkpoints = append(fit.Checkpoints, train.Checkpoint{
			Scale: train.Scale{Epoch: 10 * (i + 1), Sigma: sigma}, T: float64(i),
			Centroids: centroids, Coefficients: []float64{2, 1},
		})
	}
	f, err := twosample.Find(pair, fit, twosample.FindOptions{Nearest: 3})
	if err != nil {
		t.Fatal(err)
	}
	return pair, fit, f
}

func TestRecordFindings(t *testing.T) {
	for _, d := range []int{1, 2, 3} {
		pair, fit, f := findingsOf(t, d)
		numbers := make([]int, 40)
		ids := make([]string, 40)
		for i := range numbers {
			numbers[i], ids[i] = 100+i, "id"+strconv.Itoa(i)
		}
		record, err := RecordFindings(pair, fit, f, RowNames{Rows: numbers, IDs: ids})
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := results.Encode(record)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(encoded, []byte("null")) {
			t.Errorf("d = %d: a null in %s", d, encoded)
		}
		var back results.Findings
		if err := json.Unmarshal(encoded, &back); err != nil || !reflect.DeepEqual(back, record) {
			t.Errorf("d = %d: it comes back as %+v, %v; wrote %+v", d, back, err, record)
		}
		k := record.Kernels[0]
		if record.Schema != results.FindingsSchema || record.Checkpoint != 2 ||
			record.DataRows != 40 || record.ReferenceRows != 200 || len(record.Scale) != d ||
			k.Kernel != 0 || len(k.Nearest) != 3 || k.Ball.Data != 5 || k.Truth == nil ||
			k.Truth.Efficiency != 1 || len(record.Classes) != 1 ||
			len(record.Classes[0].Kernels) != 1 {
			t.Errorf("d = %d: %+v", d, record)
		}
		if n := k.Nearest[0]; n.Row != 136 || n.ID != "id36" || n.Distance != 0 || !n.InBall {
			t.Errorf("d = %d: the nearest row is %+v", d, n)
		}
		if math.Abs(k.Centroid[0]-133.6) > 1e-9 {
			t.Errorf("d = %d: centroid at %v", d, k.Centroid)
		}
		if far := record.Kernels[1]; far.Soft.Score != nil || far.Soft.Data != 0 ||
			len(far.Bulk) != 0 {
			t.Errorf("d = %d: the kernel far away is %+v", d, far)
		}
		if len(record.History) != 2 || record.History[1].Kernels[0].Data != 5 ||
			record.History[1].Kernels[0].SoftZ != k.Soft.Z {
			t.Errorf("d = %d: history %+v", d, record.History)
		}
		switch d {
		case 1:
			sum := 0
			for _, n := range record.Histogram.Data {
				sum += n
			}
			if sum != 40 || record.Histogram.Data[histogramBins-1] == 0 || record.Data != nil {
				t.Errorf("histogram %+v", record.Histogram)
			}
		case 2:
			if len(record.Data) != 40 || len(record.Reference) != 200 || record.Histogram != nil {
				t.Errorf("%d data and %d reference rows", len(record.Data), len(record.Reference))
			}
		default:
			if record.Data != nil || record.Histogram != nil {
				t.Error("rows of three columns are kept")
			}
		}
	}
}

func TestHistogramOfOneValue(t *testing.T) {
	one := data.Sample{X: []float64{3, 3}, N: 2, D: 1}
	h := histogram(data.Pair{Data: one, Reference: one})
	if h.Data[0] != 2 || h.Reference[0] != 2 {
		t.Errorf("%+v", h)
	}
	wide := data.Sample{X: []float64{-math.MaxFloat64, math.MaxFloat64}, N: 2, D: 1}
	if h := histogram(data.Pair{Data: wide, Reference: one}); h.Data[0] != 1 ||
		h.Data[histogramBins-1] != 1 {
		t.Errorf("%+v", h)
	}
}

func TestWriteMembers(t *testing.T) {
	pair, _, f := findingsOf(t, 2)
	names := RowNames{Columns: []string{"a \"quoted\", name", "b"}, IDs: make([]string, 40),
		Labels: make([]string, 40), Texts: make([]string, 40), Images: make([]string, 40)}
	for i := range names.IDs {
		names.Texts[i], names.Images[i] = "text "+strconv.Itoa(i), strconv.Itoa(i)+".png"
		names.IDs[i], names.Labels[i] = "line\nbreak, \""+strconv.Itoa(i)+"\"", "ü"
	}
	var b strings.Builder
	if err := WriteMembers(&b, pair, f, names, true); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"kernel", "row", "distance", "in_ball", "weight", "contribution", "id",
		"label", "text", "image", "a \"quoted\", name", "b"}; !reflect.DeepEqual(lines[0], want) {
		t.Errorf("header %q", lines[0])
	}
	if len(lines) != 1+5+3 { // five in the ball, three of them the nearest; three far away
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	first := lines[1]
	if first[0] != "0" || first[1] != "36" || first[2] != "0" || first[3] != "true" ||
		first[6] != "line\nbreak, \"36\"" || first[7] != "ü" || first[8] != "text 36" ||
		first[9] != "36.png" || first[10] != number(pair.Data.Row(36)[0]) {
		t.Errorf("first line %q", first)
	}
	b.Reset()
	if err := WriteMembers(&b, pair, f, RowNames{}, false); err != nil ||
		!strings.HasPrefix(
			b.String(), "kernel,row,distance,in_ball,weight,contribution\n0,36,0,true,") {
		t.Errorf("%v: %s", err, b.String())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestFindingsRefuse(t *testing.T) {
	pair, fit, f := findingsOf(t, 2)
	for want, names := range map[string]RowNames{
		"1 names for 2 columns":          {Columns: []string{"a"}},
		"1 row numbers for 40 data rows": {Rows: []int{1}},
		"0 ids for 40 data rows":         {IDs: []string{}},
		"2 labels for 40 data rows":      {Labels: []string{"a", "b"}},
		"1 texts for 40 data rows":       {Texts: []string{"a"}},
		"3 images for 40 data rows":      {Images: []string{"a", "b", "c"}},
	} {
		if _, err := RecordFindings(pair, fit, f, names); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
		if err := WriteMembers(&strings.Builder{}, pair, f, names, true); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	if err := WriteMembers(broken{}, pair, f, RowNames{}, true); err == nil ||
		!strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("a full disk gives %v", err)
	}
}
