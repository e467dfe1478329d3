package plotstest

import (
	"fmt"
	"math"

	"sparker/findings"
)

// FindingsShape is the size of made-up findings.
type FindingsShape struct{ Kernels, Columns int }

// Findings are those of kernels with falling significance, of which every third one has an excess,
// a deficit or neither. In one column they have a histogram of the rows, in two the rows.
func Findings(shape FindingsShape) findings.Findings {
	r := Source(9)
	f := findings.Findings{
		Schema: findings.Schema, Checkpoint: 3, Epoch: 300, Sigma: 0.7, T: 12.5,
		DataRows: 500, ReferenceRows: 2000, Weight: 0.25,
		LengthUnit: "data", History: []findings.ScaleCounts{}, Warnings: []string{},
	}
	d := shape.Columns
	for j := range d {
		f.Columns = append(f.Columns, findings.ColumnName{Name: fmt.Sprintf("column %d", j)})
	}
	for i := range shape.Kernels {
		k := findings.Finding{
			Kernel: shape.Kernels - 1 - i, Coefficient: []float64{2, -0.5, 0}[i%3], Noise: 0.2,
			Nearest: []findings.Member{},
			Ball: findings.BallCount{Data: 20 - i, Reference: 12, Expected: 3, Z: 5 - float64(i),
				P: 1e-6},
			Soft: findings.SoftCount{Data: 15, Expected: 4, EffectiveData: 25,
				EffectiveReference: 30, Z: 5 - float64(i)},
		}
		for j := range d {
			k.Centroid = append(k.Centroid, 2*math.Sin(float64(i+3*j)))
		}
		for j := range min(d, 5) {
			k.Bulk = append(k.Bulk, feature(i, j, f.Columns))
		}
		k.Distances = findings.Distances{First: i % 2 * 7, Width: 1. / 16,
			Data: make([]float64, 100), Reference: make([]float64, 100), BeyondData: float64(i)}
		for n := range k.Distances.Data {
			k.Distances.Data[n] = float64(n*n/300 + r.IntN(2))
			k.Distances.Reference[n] = float64(n * n / 80)
		}
		f.Kernels = append(f.Kernels, k)
	}
	switch d {
	case 1:
		f.Histogram = bell()
	case 2:
		for range 300 {
			f.Data = append(f.Data, []float64{r.NormFloat64(), r.NormFloat64()})
			f.Reference = append(f.Reference, []float64{r.NormFloat64(), r.NormFloat64()})
		}
	}
	return f
}

// feature is number j of the features of kernel i; every second one has a local deviation.
func feature(i, j int, columns []findings.ColumnName) findings.Feature {
	column := (i + j) % len(columns)
	q := findings.Feature{Column: column, Name: columns[column].Name, Mean: 1, ReferenceSD: 1,
		Bulk: math.Cos(float64(i*j)) * 3 / float64(j+1)}
	if j%2 == 0 {
		mean, local, se := 0.5, q.Bulk/2, 0.1
		q.LocalMean, q.Local, q.LocalError = &mean, &local, &se
	}
	return q
}

// bell is a histogram of bell shape.
func bell() *findings.Histogram {
	h := &findings.Histogram{Low: -3, High: 3, Data: make([]float64, 400),
		Reference: make([]float64, 400)}
	for n := range h.Data {
		u := float64(n-200) / 70
		h.Data[n], h.Reference[n] = math.Floor(6*math.Exp(-u*u/2)),
			math.Floor(25*math.Exp(-u*u/2))
	}
	return h
}
