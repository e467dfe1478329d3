package experiments

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"sparker/data"
	"sparker/results"
	"sparker/twosample"
)

// RowNames say what the rows and columns of a pair are called in the user's files. Everything may
// be left out.
type RowNames struct {
	// Columns are the names of the columns of the pair; nil: x1, x2, ... (x for a single one).
	Columns []string
	// Rows holds the number, in the user's file, of each data row, counted from 0; nil: that in the
	// pair.
	Rows []int
	// IDs and Labels hold, for each data row, what the user calls it and its class; Texts and
	// Images a text and the path of a picture.
	IDs, Labels, Texts, Images []string
}

// complete fills in what is left out, and refuses what does not fit the pair.
func (n RowNames) complete(pair data.Pair) (RowNames, error) {
	if n.Columns == nil {
		n.Columns = data.ColumnNames(pair.Data.D)
	}
	if len(n.Columns) != pair.Data.D {
		return n, fmt.Errorf("%d names for %d columns", len(n.Columns), pair.Data.D)
	}
	for _, list := range []struct {
		what string
		n    int
		nil  bool
	}{{"row numbers", len(n.Rows), n.Rows == nil}, {"ids", len(n.IDs), n.IDs == nil},
		{"labels", len(n.Labels), n.Labels == nil},
		{"texts", len(n.Texts), n.Texts == nil}, {"images", len(n.Images), n.Images == nil}} {
		if !list.nil && list.n != pair.Data.N {
			return n, fmt.Errorf("%d %s for %d data rows", list.n, list.what, pair.Data.N)
		}
	}
	return n, nil
}

func (n RowNames) row(i int) int {
	if n.Rows == nil {
		return i
	}
	return n.Rows[i]
}

// entry is one of a list that may be left out.
func entry(list []string, i int) string {
	if list == nil {
		return ""
	}
	return list[i]
}

// histogramBins is how finely rows of one column are counted.
const histogramBins = 400

// RecordFindings turns findings of a fit of the pair, given in the data's own units, into
// findings.json. It is an error where the names are not those of the pair's rows and columns.
func RecordFindings(pair data.Pair, fit twosample.Fit, f twosample.Findings,
	names RowNames) (results.Findings, error) {
	names, err := names.complete(pair)
	if err != nil {
		return results.Findings{}, fmt.Errorf("experiments: recording findings: %w", err)
	}
	record := results.Findings{
		Schema: results.FindingsSchema, Checkpoint: f.Checkpoint, Epoch: f.Epoch, Sigma: f.Sigma,
		T:        f.T,
		DataRows: pair.Data.N, ReferenceRows: pair.Reference.N, Weight: f.Weight,
		LengthUnit: "data", Kernels: []results.Finding{}, History: []results.ScaleCounts{},
		Warnings: append([]string{}, f.Warnings...),
	}
	if fit.Standardizer != nil {
		record.LengthUnit, record.Scale = "standard deviations of the reference",
			fit.Standardizer.Scale()
	}
	for _, name := range names.Columns {
		record.Columns = append(record.Columns, results.Column{Name: name})
	}
	for _, k := range f.Kernels {
		record.Kernels = append(record.Kernels, names.finding(k))
	}
	for _, s := range f.History {
		counts := results.ScaleCounts{Epoch: s.Epoch, Sigma: s.Sigma, T: s.T}
		for _, k := range s.Kernels {
			counts.Kernels = append(counts.Kernels, results.KernelCounts{
				Coefficient: k.Coefficient, Data: k.Ball.Data, Expected: k.Ball.Expected,
				Z:        k.Ball.Z,
				SoftData: k.Soft.Data, SoftExpected: k.Soft.Expected, SoftZ: k.Soft.Z,
			})
		}
		record.History = append(record.History, counts)
	}
	for _, c := range f.Classes {
		record.Classes = append(record.Classes, results.Class{Label: c.Label, Rows: c.Rows,
			Kernels: append([]int{}, c.Kernels...)})
	}
	switch pair.Data.D {
	case 1:
		record.Histogram = histogram(pair)
	case 2:
		record.Data, record.Reference = rows(pair.Data), rows(pair.Reference)
	}
	return record, nil
}

func (n RowNames) finding(k twosample.Finding) results.Finding {
	f := results.Finding{
		Kernel: k.Kernel, Coefficient: k.Coefficient, Centroid: k.Centroid,
		Ball: results.BallCount(k.Ball),
		Soft: results.SoftCount{
			Data: k.Soft.Data, Expected: k.Soft.Expected, EffectiveData: k.Soft.DataRows,
			EffectiveReference: k.Soft.ReferenceRows,
			Score:              known(k.Soft.Score), Z: k.Soft.Z,
		},
		Nearest: []results.Member{}, Bulk: n.features(k.Bulk), Local: n.features(k.Local),
		Noise:     k.Noise,
		Distances: results.Distances(k.Distances),
	}
	for _, m := range k.Members[:k.Nearest] {
		f.Nearest = append(f.Nearest, results.Member{
			Row: n.row(m.Row), ID: entry(n.IDs, m.Row), Label: entry(n.Labels, m.Row),
			Text: entry(n.Texts, m.Row), Image: entry(n.Images, m.Row),
			Distance: m.Distance, InBall: m.InBall, Weight: m.Weight, Contribution: m.Contribution,
		})
	}
	f.Distances.Data, f.Distances.Reference = append([]int{}, k.Distances.Data...),
		append([]int{}, k.Distances.Reference...)
	if k.Truth != nil {
		t := results.Truth(*k.Truth)
		f.Truth = &t
	}
	return f
}

func (n RowNames) features(list []twosample.Feature) []results.Feature {
	out := []results.Feature{}
	for _, f := range list {
		out = append(out, results.Feature{
			Column: f.Column, Name: n.Columns[f.Column], Mean: f.Mean,
			ReferenceMean: f.ReferenceMean, ReferenceSD: f.ReferenceSD, Bulk: f.Bulk,
			LocalMean: known(f.LocalMean), Local: known(f.Local), LocalError: known(f.LocalError),
		})
	}
	return out
}

// known is nil for NaN, which JSON cannot hold.
func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// histogram counts the rows of a pair of one column; nil where there are none.
func histogram(pair data.Pair) *results.Histogram {
	if len(pair.Data.X)+len(pair.Reference.X) == 0 {
		return nil
	}
	all := slices.Concat(pair.Data.X, pair.Reference.X)
	h := &results.Histogram{Low: slices.Min(all), High: slices.Max(all)}
	count := func(x []float64) []int {
		bins := make([]int, histogramBins)
		for _, v := range x {
			k := 0
			if h.High > h.Low {
				// halves do not overflow
				k = int(histogramBins * ((v/2 - h.Low/2) / (h.High/2 - h.Low/2)))
			}
			bins[min(k, histogramBins-1)]++
		}
		return bins
	}
	h.Data, h.Reference = count(pair.Data.X), count(pair.Reference.X)
	return h
}

// WriteMembers writes members.csv: a line for each kernel (the most significant first) and each
// data row that is in its ball or among its nearest, by falling weight. Its columns are kernel, row
// (as the names have it, counted from 0), distance (in units of sigma), in_ball, weight (phi),
// contribution (a·phi) and, where there are any, id, label, text and image; with coordinates those
// of the row follow, in the data's own units. Fields are quoted as in RFC 4180; lines end with a
// line feed.
//
// It is an error where the names are not those of the pair's rows and columns, and where w fails.
func WriteMembers(w io.Writer, pair data.Pair, f twosample.Findings, names RowNames,
	coordinates bool) error {
	names, err := names.complete(pair)
	if err != nil {
		return fmt.Errorf("experiments: writing members: %w", err)
	}
	out := csv.NewWriter(w)
	header := []string{"kernel", "row", "distance", "in_ball", "weight", "contribution"}
	var words [][]string
	for _, list := range []struct {
		name  string
		words []string
	}{{"id", names.IDs}, {"label", names.Labels}, {"text", names.Texts}, {"image", names.Images}} {
		if list.words != nil {
			header, words = append(header, list.name), append(words, list.words)
		}
	}
	if coordinates {
		header = append(header, names.Columns...)
	}
	out.Write(header) // an error is kept for Error
	for _, k := range f.Kernels {
		for _, m := range k.Members {
			line := append(make([]string, 0, len(header)), strconv.Itoa(k.Kernel),
				strconv.Itoa(names.row(m.Row)),
				number(m.Distance), strconv.FormatBool(m.InBall), number(m.Weight),
				number(m.Contribution))
			for _, list := range words {
				line = append(line, list[m.Row])
			}
			if coordinates {
				for _, v := range pair.Data.Row(m.Row) {
					line = append(line, number(v))
				}
			}
			out.Write(line)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("experiments: writing members: %w", err)
	}
	return nil
}

// number writes a float with as few digits as give it back.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
