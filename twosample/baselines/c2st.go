package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// C2STConfig holds the options of the classifier test.
type C2STConfig struct {
	// Features are what the logistic regression sees of the columns, after these are standardized
	// by the reference: linear (the columns), squares (and their squares), quadratic (and all
	// products) or fourier (the columns and random cosines).
	Features string `yaml:"features"`
	// Fourier is the number of random cosines √2 cos(ωx + φ), with ω ~ N(0, 1/σ²) and the median
	// distance σ (Rahimi and Recht, NIPS 2007).
	Fourier int `yaml:"fourier"`
	// Ridge multiplies ½|b|² of all coefficients, except the constant, in the negative
	// log-likelihood, with features of unit variance.
	Ridge float64 `yaml:"ridge"`
	// Train is the share of the rows of each sample that the regression learns from. The others are
	// judged.
	Train float64 `yaml:"train"`
	// MaxReference is the number of reference rows that take part, drawn anew for every pair. 0
	// stands for all.
	MaxReference int `yaml:"max_reference"`
}

// C2STFeatures are the words that C2STConfig.Features takes.
var C2STFeatures = []string{"linear", "squares", "quadratic", "fourier"}

// maxFeatures is the largest number of features. The time of the regression is quadratic in it.
const maxFeatures = 500

// DefaultC2ST returns columns and squares, a ridge of 1, half of the rows for learning, and 20,000
// rows of the reference.
func DefaultC2ST() C2STConfig {
	return C2STConfig{Features: "squares", Fourier: 50, Ridge: 1, Train: 0.5, MaxReference: 20000}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c C2STConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.word("features", c.Features, C2STFeatures)
	r.atLeast("fourier", c.Fourier, 1)
	r.positive("ridge", c.Ridge)
	if !(c.Train > 0 && c.Train < 1) {
		r("train", fmt.Sprintf("is %v; must be above 0 and below 1", c.Train))
	}
	r.limit("max_reference", c.MaxReference, 4)
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "c2st",
		Title: "C2ST",
		About: "Classifier two-sample test: logistic regression learns to tell the samples " +
			"apart, and is judged on other rows. By default it sees differences of means and " +
			"variances.",
		Cost: "O((n+m) p²) per Newton step with p features",
		Source: "Lopez-Paz and Oquab, ICLR 2017; Cheng and Cloninger, IEEE Trans. Inf. Theory " +
			"68 (2022)",
		Prepare: preparer("c2st", DefaultC2ST, NewC2ST),
	})
}

// C2ST is the classifier two-sample test (Lopez-Paz and Oquab, ICLR 2017, section 3). Logistic
// regression learns to tell data from reference on one part of the rows, drawn at random, and is
// judged on the other. There are two statistics:
//
//	accuracy  (share of the data rows that are called data +
//	          share of the reference rows that are called reference)/2
//	logit     mean logit of the data rows - mean logit of the reference rows
//	          (C2ST-L: Cheng and Cloninger, IEEE Trans. Inf. Theory 68, 2022)
//
// Under the null hypothesis the accuracy has mean ½ and variance (1/n_te + 1/m_te)/16. In training
// the rows of the reference weigh N_D/N_R, and the accuracy is balanced. Otherwise samples of
// different size would lead to a classifier that always says reference. The test compares
// normalized distributions. Each of about ten Newton steps takes O(N p²) with p features.
type C2ST struct {
	cfg      C2STConfig
	dim      int
	features int // with the constant

	r, d         rows
	omega, phase []float64
	train, judge labeledRows
	logistic     logistic
}

// labeledRows holds the features of rows, and whether each row is of the data.
type labeledRows struct {
	x      []float64 // n×p
	isData []bool
}

// NewC2ST returns the test for samples of dim columns. It returns an error if they have too many
// features.
func NewC2ST(cfg C2STConfig, dim int) (*C2ST, error) {
	if err := impossible("c2st", cfg, dim); err != nil {
		return nil, err
	}
	features := 1 + dim
	switch cfg.Features {
	case "squares":
		features += dim
	case "quadratic":
		features += dim * (dim + 1) / 2
	case "fourier":
		features += cfg.Fourier
	}
	if features > maxFeatures {
		return nil, fmt.Errorf("baselines: c2st with %s features has %d of them in %d "+
			"dimensions; at most %d", cfg.Features, features, dim, maxFeatures)
	}
	return &C2ST{cfg: cfg, dim: dim, features: features}, nil
}

// Name implements twosample.Test.
func (t *C2ST) Name() string { return "C2ST" }

// Labels returns the names of the statistics.
func (t *C2ST) Labels() []string { return []string{"accuracy", "logit"} }

// Statistics implements twosample.Test: accuracy and logit.
func (t *C2ST) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 4, data: 4}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	standardize(&t.r, &t.d, pair.Quantities)
	if t.cfg.Features == "fourier" {
		t.drawFourier(r)
	}
	t.train.reset()
	t.judge.reset()
	t.split(&t.r, false, r)
	t.split(&t.d, true, r)
	t.scaleFeatures()
	if !t.logistic.fit(t.train, t.features, t.cfg.Ridge) {
		return failure("the curvature of the logistic regression is not positive definite"), nil
	}
	var hits, logits, count [2]float64 // of the reference, of the data
	for i, isData := range t.judge.isData {
		sample := 0
		if isData {
			sample = 1
		}
		logit := t.logistic.logit(t.judge.x[i*t.features : (i+1)*t.features])
		switch {
		case logit == 0:
			hits[sample] += 0.5
		case logit > 0 == isData:
			hits[sample]++
		}
		logits[sample] += logit
		count[sample]++
	}
	return outcome((hits[0]/count[0]+hits[1]/count[1])/2,
		logits[1]/count[1]-logits[0]/count[0]), nil
}

// drawFourier draws frequencies and phases.
func (t *C2ST) drawFourier(r *rand.Rand) {
	sigma := medianDistance(&t.r, &t.d, r)
	t.omega, t.phase = resize(t.omega, t.cfg.Fourier*t.dim), resize(t.phase, t.cfg.Fourier)
	for i := range t.omega {
		t.omega[i] = r.NormFloat64() / sigma
	}
	for i := range t.phase {
		t.phase[i] = 2 * math.Pi * r.Float64()
	}
}

func (l *labeledRows) reset() { l.x, l.isData = l.x[:0], l.isData[:0] }

// split divides the rows of one sample between training and judgment, at least one to each.
func (t *C2ST) split(s *rows, isData bool, r *rand.Rand) {
	learn := min(max(1, int(math.Round(t.cfg.Train*float64(s.n)))), s.n-1)
	next := 0
	judgeUpTo := func(end int) {
		for ; next < end; next++ {
			t.judge.x = t.appendFeatures(t.judge.x, s.at(next))
			t.judge.isData = append(t.judge.isData, isData)
		}
	}
	choose(s.n, learn, r, func(i int) {
		judgeUpTo(i)
		t.train.x = t.appendFeatures(t.train.x, s.at(i))
		t.train.isData = append(t.train.isData, isData)
		next = i + 1
	})
	judgeUpTo(s.n)
}

// appendFeatures appends the features of a row, the constant first.
func (t *C2ST) appendFeatures(to, x []float64) []float64 {
	to = append(append(to, 1), x...)
	switch t.cfg.Features {
	case "squares":
		for _, v := range x {
			to = append(to, v*v)
		}
	case "quadratic":
		for i, v := range x {
			for _, u := range x[i:] {
				to = append(to, v*u)
			}
		}
	case "fourier":
		for k, phase := range t.phase {
			for j, v := range x {
				phase += t.omega[k*t.dim+j] * v
			}
			to = append(to, math.Sqrt2*math.Cos(phase))
		}
	}
	return to
}

// scaleFeatures gives every feature, except the constant, mean 0 and mean square 1 over the rows of
// the training. A feature that is constant there becomes 0.
func (t *C2ST) scaleFeatures() {
	p := t.features
	for j := 1; j < p; j++ {
		var mean, square float64
		n := float64(len(t.train.isData))
		for i := j; i < len(t.train.x); i += p {
			mean += t.train.x[i] / n
		}
		for i := j; i < len(t.train.x); i += p {
			square += (t.train.x[i] - mean) * (t.train.x[i] - mean) / n
		}
		factor := 0.0
		if square > 0 {
			factor = 1 / math.Sqrt(square)
		}
		for _, x := range [][]float64{t.train.x, t.judge.x} {
			for i := j; i < len(x); i += p {
				x[i] = (x[i] - mean) * factor
			}
		}
	}
}
