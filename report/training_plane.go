package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"sparker/results"
)

// A plane is spanned by the first two principal components of the reference, in units of sigma.
type plane struct {
	columns []int // that have a unit of sigma
	length  []float64
	mean    []float64    // of the reference, by column
	axes    [2][]float64 // orthonormal, by entry of columns
	share   [2]float64   // of the variance of the reference
}

// newPlane returns the plane of the principal components of rows, or nil if they have fewer than
// two. Components come from an iteration on a block of directions, whose cost grows with rows times
// columns alone. They are exact for few columns, and for more as exact as a picture needs.
func newPlane(rows [][]float64, length []float64) *plane {
	p := &plane{length: length, mean: columnMeans(rows, len(length))}
	for c, l := range length {
		if l > 0 && !math.IsInf(l, 0) {
			p.columns = append(p.columns, c)
		}
	}
	n, d := len(rows), len(p.columns)
	if n < 3 || d < 2 {
		return nil
	}
	x := mat.NewDense(n, d, nil)
	for i, row := range rows {
		for k, c := range p.columns {
			x.Set(i, k, (row[c]-p.mean[c])/length[c])
		}
	}
	const block, steps = 8, 15
	b := min(d, n-1, block)
	q := mat.NewDense(d, b, nil)
	for i := range d {
		for j := range b {
			q.Set(i, j, math.Cos(float64((i+1)*(j+1)))) // a start that no data are orthogonal to
		}
	}
	z := mat.NewDense(n, b, nil)
	for range steps {
		z.Mul(x, q)
		q.Mul(x.T(), z)
		q = orthonormal(q)
	}
	z.Mul(x, q)
	if !p.rotate(q, z, mat.Norm(x, 2)) {
		return nil
	}
	return p
}

// orthonormal returns an orthonormal basis of the columns of a matrix.
func orthonormal(a *mat.Dense) *mat.Dense {
	d, b := a.Dims()
	var qr mat.QR
	qr.Factorize(a)
	var q mat.Dense
	qr.QTo(&q)
	return mat.DenseCopyOf(q.Slice(0, d, 0, b))
}

// rotate takes the two main axes of rows within the subspace of the basis q, where they are z. The
// norm is that of the rows. It reports whether there are two.
func (p *plane) rotate(q, z *mat.Dense, norm float64) bool {
	d, b := q.Dims()
	if b < 2 || norm == 0 || math.IsNaN(norm) || math.IsInf(norm, 0) {
		return false
	}
	var s mat.SymDense
	s.SymOuterK(1, z.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&s, true) {
		return false
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil)
	for k := range p.axes {
		var axis mat.VecDense
		axis.MulVec(q, vectors.ColView(b-1-k))
		p.axes[k] = make([]float64, d)
		sign, largest := 1.0, 0.0
		for i := range d {
			if v := axis.AtVec(i); math.Abs(v) > largest*(1+1e-9) {
				largest, sign = math.Abs(v), math.Copysign(1, v)
			}
		}
		for i := range d {
			p.axes[k][i] = sign * axis.AtVec(i)
		}
		p.share[k] = values[b-1-k] / (norm * norm)
	}
	return values[b-2] > 1e-12*values[b-1]
}

// at returns the coordinate of a point along axis k, from the mean of the reference.
func (p *plane) at(x []float64, k int) float64 {
	sum := 0.0
	for i, c := range p.columns {
		sum += p.axes[k][i] * (x[c] - p.mean[c]) / p.length[c]
	}
	return sum
}

// label names the axis k.
func (p *plane) label(k int) string {
	return fmt.Sprintf("component %d (%.0f%% of the variance)", k+1, 100*p.share[k])
}

// describe says what the axes are, with the columns that they mainly consist of.
func (p *plane) describe(f results.FitRecord) string {
	unit := "the units of σ"
	if isStandardized(f) {
		unit = "standard deviations of the reference, as σ is"
	}
	what := "Components 1 and 2 are the first two principal components of the reference, in " +
		unit + ". The picture shows the coordinates of kernels and rows along the two axes that " +
		"are chosen."
	for k, axis := range p.axes {
		order := make([]int, len(axis))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(math.Abs(axis[b]), math.Abs(axis[a]))
		})
		var main []string
		for _, i := range order[:min(3, len(order))] {
			name := columnLabel(f, p.columns[i])
			main = append(main, strings.Replace(fmt.Sprintf("%+.2f %s", axis[i], name), "-", "−",
				1))
		}
		what += fmt.Sprintf(" Component %d is mainly %s.", k+1, strings.Join(main, ", "))
	}
	return what
}

// columnMeans returns the means of d columns, 0 without rows.
func columnMeans(rows [][]float64, d int) []float64 {
	mean := make([]float64, d)
	for _, row := range rows {
		for c, v := range row {
			mean[c] += v / float64(len(rows))
		}
	}
	return mean
}
