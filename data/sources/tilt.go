package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/data"
)

// tiltModel holds the functions delta(x) of some parameters on which a density depends,
//
//	log n(x; nu)/n(x; 0) = nu delta(x) + nu²/2 delta2(x),
//
// learned from samples at some values of each. They are linear in the features of a row: 1, the
// standardized columns, and Gaussian kernels at random rows.
//
// The samples of a parameter at ±a are told apart from that at 0 by kernel logistic regression,
// which gives g±, the logarithms of the ratios of their densities. Then
//
//	delta  = O_a - mean O_a,   delta2 = -var O_a,   O_a = (g+ - g-)/(2a),
//
// where the mean and the variance over the density at 0 keep the norm to the second order. With a
// second pair of samples at ±b, and E_a = (g+ + g-)/a²,
//
//	delta  = (a² O_a + b² O_b)/(a² + b²),   delta2 = (a⁴ E_a + b⁴ E_b)/(a⁴ + b⁴).
type tiltModel struct {
	d           int
	mean, scale []float64
	centers     []float64 // in standardized columns
	inverse     float64   // 1/(2 sigma²)
	// The coefficients of the features, for each parameter.
	first, second [][]float64
}

// The constants of the logistic regression.
const (
	// mostTiltRows is the largest number of rows of a sample that it takes.
	mostTiltRows = 50_000
	// tiltDistanceRows is the number of rows whose median distance is the width of the kernels.
	tiltDistanceRows = 500
	// tiltRidge and linearRidge are the factors lambda of the penalties lambda c²/2 of the
	// coefficients of kernels and of columns. The loss is a sum over the rows.
	tiltRidge, linearRidge = 1, 1e-3
	tiltSteps              = 1000
	tiltTolerance          = 1e-8 // of the decrement, in units of the loss
)

// tiltKernels returns the number of kernels in d dimensions.
func tiltKernels(d int) int { return min(24+8*d, 200) }

// newTiltModel returns a model without parameters, with features for the rows of a sample.
func newTiltModel(r *rand.Rand, s data.Sample) (*tiltModel, error) {
	m := &tiltModel{d: s.D, mean: make([]float64, s.D), scale: make([]float64, s.D)}
	column := make([]float64, s.N)
	for j := range s.D {
		for i := range column {
			column[i] = s.X[i*s.D+j]
		}
		m.mean[j], m.scale[j] = stat.MeanStdDev(column, nil)
		if !(m.scale[j] > 0) || math.IsInf(m.scale[j], 0) {
			m.scale[j] = 1
		}
	}
	standard := data.Sample{X: make([]float64, len(s.X)), N: s.N, D: s.D}
	for i, v := range s.X {
		standard.X[i] = (v - m.mean[i%s.D]) / m.scale[i%s.D]
	}
	median, err := data.PairwiseQuantiles(standard, r, tiltDistanceRows, 0.5)
	if err != nil {
		return nil, err
	}
	m.inverse = 1 / (2 * median[0] * median[0])
	m.centers = standard.Draw(r, min(tiltKernels(s.D), s.N)).X
	return m, nil
}

// size returns the number of features.
func (m *tiltModel) size() int { return 1 + m.d + len(m.centers)/m.d }

// features sets phi to the features of a row.
func (m *tiltModel) features(x, phi []float64) {
	phi[0] = 1
	z := phi[1 : 1+m.d]
	for j, v := range x {
		z[j] = (v - m.mean[j]) / m.scale[j]
	}
	for i := range phi[1+m.d:] {
		phi[1+m.d+i] = math.Exp(-m.inverse *
			data.SquaredDistance(z, m.centers[i*m.d:(i+1)*m.d]))
	}
}

// matrix returns the features of the rows of a sample.
func (m *tiltModel) matrix(s data.Sample) *mat.Dense {
	phi := mat.NewDense(s.N, m.size(), nil)
	for i := range s.N {
		m.features(s.Row(i), phi.RawRowView(i))
	}
	return phi
}

// tiltSamples are samples at values of a parameter: up and down at ±at, up2 and down2 at ±far. far
// is 0 without others.
type tiltSamples struct {
	nominal    *mat.Dense // the features at 0
	at, far    float64
	up, down   data.Sample
	up2, down2 data.Sample
}

// learn adds a parameter.
func (m *tiltModel) learn(s tiltSamples) error {
	odd, even, err := m.parts(s.at, s.nominal, s.up, s.down)
	if err != nil {
		return err
	}
	if s.far == 0 {
		m.first, m.second = append(m.first, odd), append(m.second, normalized(odd, s.nominal))
		return nil
	}
	odd2, even2, err := m.parts(s.far, s.nominal, s.up2, s.down2)
	if err != nil {
		return err
	}
	a2, b2 := s.at*s.at, s.far*s.far
	m.first = append(m.first, mean(odd, odd2, a2, b2))
	m.second = append(m.second, mean(even, even2, a2*a2, b2*b2))
	return nil
}

// normalized centers delta over the rows at 0, and returns the delta2 with which the density keeps
// its norm to the second order in nu: a constant, minus the variance of delta. A variation of the
// shape then leaves the expected number of events as it is.
func normalized(odd []float64, nominal *mat.Dense) (second []float64) {
	var delta mat.VecDense
	delta.MulVec(nominal, mat.NewVecDense(len(odd), odd))
	mean, deviation := stat.MeanStdDev(delta.RawVector().Data, nil)
	odd[0] -= mean // the coefficient of the feature 1
	second = make([]float64, len(odd))
	second[0] = -deviation * deviation
	return second
}

// mean returns the weighted mean of two lists.
func mean(x, y []float64, a, b float64) []float64 {
	z := make([]float64, len(x))
	floats.AddScaled(z, a/(a+b), x)
	floats.AddScaled(z, b/(a+b), y)
	return z
}

// parts returns the coefficients of O_a and of E_a.
func (m *tiltModel) parts(at float64, nominal *mat.Dense, up, down data.Sample) (odd,
	even []float64, err error) {
	plus, err := m.ratio(m.matrix(up), nominal)
	if err != nil {
		return nil, nil, err
	}
	minus, err := m.ratio(m.matrix(down), nominal)
	if err != nil {
		return nil, nil, err
	}
	odd, even = make([]float64, len(plus)), make([]float64, len(plus))
	floats.SubTo(odd, plus, minus)
	floats.Scale(1/(2*at), odd)
	floats.AddTo(even, plus, minus)
	floats.Scale(1/(at*at), even)
	return odd, even, nil
}

// ratio returns the coefficients of the logarithm of the ratio of two densities, given the features
// of samples of them. Each sample counts as much as the other, whatever the numbers of rows.
//
// The second derivatives of the logistic loss are at most those at equal probabilities (Böhning,
// Ann. Inst. Stat. Math. 44, 197, 1992). So a step with these never overshoots, and the matrix is
// factorized once.
func (m *tiltModel) ratio(above, below *mat.Dense) ([]float64, error) {
	size := m.size()
	n := (rows(above) + rows(below)) / 2
	weights := [2]float64{n / rows(above), n / rows(below)}
	bound, product := mat.NewSymDense(size, nil), mat.NewSymDense(size, nil)
	for i, phi := range []*mat.Dense{above, below} {
		product.SymOuterK(weights[i]/4, phi.T())
		bound.AddSym(bound, product)
	}
	ridges := make([]float64, size)
	for i := range ridges {
		ridges[i] = linearRidge
		if i > m.d {
			ridges[i] = tiltRidge
		}
		bound.SetSym(i, i, bound.At(i, i)+ridges[i])
	}
	var factor mat.Cholesky
	if !factor.Factorize(bound) {
		return nil, errors.New("the features of the rows are not finite")
	}
	c, gradient, step := mat.NewVecDense(size, nil), mat.NewVecDense(size, nil),
		mat.NewVecDense(size, nil)
	for range tiltSteps {
		for i, ridge := range ridges {
			gradient.SetVec(i, -ridge*c.AtVec(i))
		}
		addSlopes(gradient, above, c, weights[0], 1)
		addSlopes(gradient, below, c, weights[1], -1)
		if err := factor.SolveVecTo(step, gradient); err != nil {
			var condition mat.Condition
			if !errors.As(err, &condition) {
				return nil, fmt.Errorf("the logistic regression: %w", err)
			}
		}
		c.AddVec(c, step)
		if mat.Dot(step, gradient) <= tiltTolerance {
			return c.RawVector().Data, nil
		}
	}
	return nil, fmt.Errorf("the logistic regression is not at its optimum after %d steps",
		tiltSteps)
}

func rows(x *mat.Dense) float64 {
	n, _ := x.Dims()
	return float64(n)
}

// addSlopes adds to gradient the slope of the log-likelihood of one class: sign is 1 for the class
// in the numerator, and -1 for the other.
func addSlopes(gradient *mat.VecDense, phi *mat.Dense, c mat.Vector, weight, sign float64) {
	var f, slope mat.VecDense
	f.MulVec(phi, c)
	values := f.RawVector().Data
	for i, v := range values {
		values[i] = weight * sign / (1 + math.Exp(sign*v))
	}
	slope.MulVec(phi.T(), &f)
	gradient.AddVec(gradient, &slope)
}

// deltas returns delta and delta2 of every parameter at the rows of a sample.
func (m *tiltModel) deltas(s data.Sample) (first, second [][]float64) {
	first, second = make([][]float64, len(m.first)), make([][]float64, len(m.first))
	for a := range first {
		first[a], second[a] = make([]float64, s.N), make([]float64, s.N)
	}
	phi := make([]float64, m.size())
	for i := range s.N {
		m.features(s.Row(i), phi)
		for a := range first {
			first[a][i] = floats.Dot(phi, m.first[a])
			second[a][i] = floats.Dot(phi, m.second[a])
		}
	}
	return first, second
}
