package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/results"
)

// A plane is where the kernels of a fit of two and more dimensions are drawn: two coordinates that
// are weighted sums of the columns.
type plane struct {
	origin  []float64
	across  [2][]float64 // the weights of the columns in each coordinate
	labels  [2]string
	spheres spheres
	note    string // for a caption
}

// of returns the coordinates of a point.
func (p plane) of(point []float64) (at [2]float64) {
	for c, weights := range p.across {
		for i, w := range weights {
			if w != 0 {
				at[c] += w * (point[i] - p.origin[i])
			}
		}
	}
	return at
}

// all returns the coordinates of points.
func (p plane) all(points [][]float64) (all [][]float64) {
	for _, point := range points {
		at := p.of(point)
		all = append(all, at[:])
	}
	return all
}

// newPlane is the plane of two columns or, if columns is nil, of the only two columns of a fit or
// the first two principal components of its reference.
func newPlane(f results.FitRecord, dim int, columns []int) (plane, error) {
	if columns == nil && dim == 2 {
		columns = []int{0, 1}
	}
	if columns == nil {
		return componentPlane(f, dim)
	}
	if len(columns) != 2 || columns[0] == columns[1] || min(columns[0], columns[1]) < 0 ||
		max(columns[0], columns[1]) >= dim {
		return plane{}, fmt.Errorf("columns %v are not two of the fit's %d", columns, dim)
	}
	i, j := columns[0], columns[1]
	p := plane{origin: make([]float64, dim), spheres: newSpheres(f, i, j),
		labels: [2]string{coordinate(f.Columns, i, dim), coordinate(f.Columns, j, dim)}}
	for c, column := range columns {
		p.across[c] = make([]float64, dim)
		p.across[c][column] = 1
	}
	return p, nil
}

// componentPlane is the plane in which the reference varies most, with lengths in the unit of
// sigma. A sphere of influence is a circle there.
func componentPlane(f results.FitRecord, dim int) (plane, error) {
	units := make([]float64, dim)
	var used []int
	for i := range units {
		if length, known := radius(f, i); known {
			units[i], used = length, append(used, i)
		}
	}
	if len(used) < 2 || len(f.Reference) < 3 {
		return newPlane(f, dim, []int{0, 1})
	}
	p := plane{origin: make([]float64, dim), note: "The plane of the first two principal " +
		"components of the reference."}
	rows := mat.NewDense(len(f.Reference), len(used), nil)
	for r, row := range f.Reference {
		for k, i := range used {
			rows.Set(r, k, row[i]/units[i])
			p.origin[i] += row[i] / float64(len(f.Reference))
		}
	}
	var components stat.PC
	if !components.PrincipalComponents(rows, nil) {
		return plane{}, fmt.Errorf("the principal components of the reference cannot be computed")
	}
	var vectors mat.Dense
	components.VectorsTo(&vectors)
	for c := range p.across {
		p.across[c] = make([]float64, dim)
		for k, v := range orient(mat.Col(nil, c, &vectors)) {
			p.across[c][used[k]] = v / units[used[k]]
		}
		p.labels[c] = fmt.Sprintf("principal component %d", c+1)
		if standardized(f) {
			p.labels[c] += " [std. dev.]"
		}
	}
	p.spheres = spheres{rx: 1, ry: 1, known: true, name: "Spheres", edge: 0.8}
	return p, nil
}

// orient returns a direction or its opposite, so that its largest entry is positive. The sign of a
// principal component is arbitrary.
func orient(v []float64) []float64 {
	largest := 0.0
	for _, x := range v {
		if math.Abs(x) > math.Abs(largest) {
			largest = x
		}
	}
	if largest < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
	return v
}
