package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/data/tables"
)

// Pools is a source of toys from files.
//
// In shape-only counting, the data of a toy are N(R) events, rounded, of which
// Binomial(N_D, N_S/N(R)) are from the signal pool. In extended counting, they are Poisson(N(R))
// events from the background pool and Poisson(N_S) from the signal pool. The rows of a toy are
// drawn without replacement, unless the configuration asks for replacement. Toys are drawn
// independently of each other.
type Pools struct {
	columns                                          []string
	reference, background, holdout, signal, observed pool
	whole                                            pool // the reference before it was divided
	// constant is the reference of every toy if it is the whole reference pool, and nil otherwise.
	constant    *data.Pair
	rows        int // N_R
	expected    float64
	fixed       bool // counting is shape-only
	permutes    bool // toys are permutations of the reference and the observed sample
	permutation *data.Permutation
	weighted    bool // rows of a permutation keep their weights
	replacement bool
	warnings    []string
	varied      variedPools
	quantities  []int // see data.Pair; nil if every column is on its own

	info   []tables.ColumnInfo // the columns of the files, with the words of all tables
	common common              // rows of the observed sample and the reference that are equal
}

// openPools reads the files of a valid configuration.
func (l *Library) openPools(c Config, r *rand.Rand) (*Pools, error) {
	f := c.Files
	p := &Pools{expected: c.Expected, fixed: c.Counting == countingShape, rows: c.Reference,
		replacement: f.Replacement}
	if err := p.readBoth(c, newOpener(l, f, r)); err != nil {
		return nil, err
	}
	p.warnOfRows()
	p.warnOfFiles(f)
	if err := p.encode(f); err != nil {
		return nil, err
	}
	if f.Transform.used() {
		if err := p.transform(f.Transform); err != nil {
			return nil, &KeyError{"files.transform", err}
		}
	}
	p.columns = p.reference.table.Names()
	if f.Generator.Components > 0 {
		if err := p.generate(f.Generator, r); err != nil {
			return nil, &KeyError{"files.generator", err}
		}
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	return p, p.finishVariations(r)
}

// readBoth reads the tables without the columns that are categories in some of them only.
func (p *Pools) readBoth(c Config, o opener) error {
	before := *p
	for {
		err := p.read(c, o)
		var half *halfReadError
		if !errors.As(err, &half) {
			return err
		}
		left := append(o.left, half.columns...)
		o = newOpener(o.library, o.files, o.r)
		o.left = left
		before.warn("columns are left out because they are categories in one of the files only; "+
			"the other holds %s", firstOf(half.skipped))
		*p = before
	}
}

// read reads the tables and divides the reference rows. The signal pool is read after the rows of
// an observed sample were divided, so that these pools do not depend on it.
func (p *Pools) read(c Config, o opener) error {
	f := c.Files
	for _, s := range []struct {
		key string
		set FileSet
		to  *pool
	}{{"files.reference", f.Reference.FileSet, &p.reference},
		{"files.background", f.Background, &p.background},
		{"files.observed", f.Observed, &p.observed}, {"files.signal", f.Signal, &p.signal}} {
		if s.set.File == "" {
			continue
		}
		if err := p.readPool(o, s.key, s.to, s.set); err != nil {
			return withKeyPath(s.key, err)
		}
		if s.to == &p.observed {
			p.info = o.allLevels(p.reference.table.Columns())
			if err := p.share(f); err != nil {
				return err
			}
			if err := p.divide(c, o.r); err != nil {
				return err
			}
		}
	}
	if f.Observed.File == "" {
		if err := p.divide(c, o.r); err != nil {
			return err
		}
	}
	if err := p.readVariations(o); err != nil {
		return err
	}
	p.info = o.allLevels(p.reference.table.Columns())
	return o.checkExcluded()
}

// enough is how many times the rows of a toy a pool should have.
const enough = 10

// divide decides whether toys are permutations. If they are not, it divides the reference rows
// among the pools, unless the background has its own file.
func (p *Pools) divide(c Config, r *rand.Rand) error {
	f := c.Files
	p.whole = p.reference
	if err := p.expect(); err != nil {
		return err
	}
	if decided, err := p.calibrate(f); decided || err != nil {
		return err
	}
	if f.Background.File != "" || f.Calibration == calibrationPermutation {
		p.permutes = f.Calibration == calibrationPermutation
		return nil
	}
	reference, background, held := p.split(f, r)
	mayPermute := f.Calibration == "" && len(f.Variations) == 0 && p.HasObserved() && p.fixed &&
		f.Split == 0 && f.Holdout == 0 && !p.reference.weighs()
	if mayPermute && (float64(len(background)) < enough*p.expected || p.fewBlocks(background)) {
		p.permutes = true
		return nil
	}
	p.background, p.holdout = p.reference, p.reference
	p.reference.rows, p.background.rows, p.holdout.rows = reference, background, held
	return nil
}

// expect sets N(R), unless the configuration does: in shape-only counting it is the number of
// observed rows, and otherwise the number of events that the reference stands for.
func (p *Pools) expect() error {
	if p.expected > 0 {
		return nil
	}
	if p.expected = p.reference.yield; p.fixed && p.HasObserved() {
		p.expected = float64(p.observed.n())
	}
	if !(p.expected >= 1) || math.IsInf(p.expected, 0) {
		if p.fixed && p.HasObserved() {
			return nil // finish reports the lack of rows
		}
		return &KeyError{"files.reference", fmt.Errorf("the weights stand for %.4g events; want "+
			"at least 1", p.expected)}
	}
	return nil
}

// split divides the reference rows at random into those of the reference pool, those of the
// background pool, and those that are held out.
func (p *Pools) split(f Files, r *rand.Rand) (reference, background, held []int) {
	share := f.Split
	if share == 0 {
		share = (1 - f.Holdout) / 2
	}
	rows := data.DrawRows(r, p.reference.rows, p.reference.n())
	n := int(math.Round(share * float64(len(rows))))
	if p.rows > 0 && p.rows < n && p.HasObserved() {
		n = p.rows // the background gets the rows that a fixed reference does not need
	}
	h := int(math.Round(f.Holdout * float64(len(rows))))
	if p.reference.blocks != nil {
		return p.reference.splitBlocks(r, n, h)
	}
	return rows[:n:n], rows[n : len(rows)-h : len(rows)-h], rows[len(rows)-h:]
}

// finish checks that the pools have as many rows as a toy draws.
func (p *Pools) finish() error {
	if p.HasObserved() && p.observed.n() == 0 {
		return &KeyError{"files.observed", tooFewRows("the observed sample has no rows")}
	}
	if p.rows == 0 {
		p.rows = p.reference.n()
	}
	if p.permutes && p.rows != p.reference.n() {
		return &KeyError{"reference", fmt.Errorf("a permutation uses all %d rows of the "+
			"reference, not %d; read fewer rows of its file instead", p.reference.n(), p.rows)}
	}
	if p.rows == 1 {
		// It has no standard deviation to standardize by and no distances to find widths from.
		return &KeyError{"reference",
			tooFewRows("the reference of a toy has a single row; want at least two")}
	}
	if p.permutes {
		return p.permute()
	}
	if err := p.groupBlocks(); err != nil {
		return err
	}
	if err := p.newThrowers(); err != nil {
		return err
	}
	if err := p.checkSizes(); err != nil {
		return err
	}
	if p.replacement {
		p.warnings = append(p.warnings, "rows are drawn with replacement: duplicates resemble "+
			"narrow peaks")
	}
	return p.fix()
}

// checkSizes compares the pools with what a toy draws from them.
func (p *Pools) checkSizes() error {
	events := p.expected
	if !p.fixed {
		events += 6 * math.Sqrt(events) // the largest Poisson count to expect
	}
	draws := int(math.Ceil(min(events, math.MaxInt32)))
	if err := p.checkSize("reference", p.reference, "reference", p.rows); err != nil {
		return err
	}
	if err := p.checkSize("background", p.background, "expected", draws); err != nil {
		return err
	}
	if p.holdout.n() == 0 {
		return nil
	}
	return p.checkSize("held-out", p.holdout, "expected", draws)
}

// checkSize compares a pool with the number of rows that a toy draws from it, which a key sets.
func (p *Pools) checkSize(name string, from pool, key string, draws int) error {
	have := from.n()
	switch {
	case have == 0:
		return &KeyError{"files.reference", tooFewRows("the " + name + " pool has no rows")}
	case draws > have && !p.replacement:
		return &KeyError{key, &PoolError{Pool: name, Draws: draws, Rows: have}}
	case name == "reference" && draws == have:
		p.warnings = append(p.warnings, data.FixedWarning(have))
	case name != "reference" && from.thrower != nil:
		p.warnings = append(p.warnings, from.thrower.Report().Warnings(name, p.expected)...)
	case draws*enough > have:
		p.warn("the %s pool has %d rows, %.3g times the %d of a toy: below ten times, toys share "+
			"many rows, and the type-I error is known less well than the number of toys suggests",
			name, have, float64(have)/float64(draws), draws)
	}
	return nil
}

// Dim returns the number of columns.
func (p *Pools) Dim() int { return p.reference.table.D() }

// Columns returns the names of the columns.
func (p *Pools) Columns() []string { return p.columns }

// Quantities joins columns that are parts of one quantity, as data.Pair holds them.
func (p *Pools) Quantities() []int { return p.quantities }

// Expected returns N(R).
func (p *Pools) Expected() float64 { return p.expected }

// Calibration returns what null toys are made of: "pools" or "permutation".
func (p *Pools) Calibration() string {
	if p.permutes {
		return calibrationPermutation
	}
	return calibrationPools
}

// Sizes are the numbers of rows of a toy's reference, of the pools, and of the observed sample.
type Sizes struct{ Reference, Background, HeldOut, Signal, Observed int }

// Sizes returns the sizes of the pools.
func (p *Pools) Sizes() Sizes {
	return Sizes{p.rows, p.background.n(), p.holdout.n(), p.signal.n(), p.observed.n()}
}

// Warnings returns what may make the calibration less than exact, and what a user should know about
// how the files were read.
func (p *Pools) Warnings() []string { return p.warnings }

// Constant returns a pair without data that has the reference of every toy, and false if toys have
// different references.
func (p *Pools) Constant() (data.Pair, bool) {
	if p.constant == nil {
		return data.Pair{}, false
	}
	return *p.constant, true
}

// HasObserved reports whether there is an observed sample.
func (p *Pools) HasObserved() bool { return p.observed.table != nil }

// Observed returns the observed sample with a reference: the one that all toys have, or one that is
// drawn as those of toys are.
func (p *Pools) Observed(r *rand.Rand) (data.Pair, error) {
	if !p.HasObserved() {
		return data.Pair{}, errors.New("data: there is no observed sample")
	}
	pair := data.Pair{Data: p.observed.sample(), Columns: p.columns, Quantities: p.quantities}
	pair.Index, pair.Labels, pair.IDs = p.observed.names(p.observed.rows)
	pair.Texts = selectWords(p.observed.texts, pair.Index)
	pair.Images = selectWords(p.observed.images, pair.Index)
	if !p.permutes {
		reference, err := p.drawReference(&pair, r)
		pair.Weight = p.weight(pair.Data.N, pair.Reference.N)
		if err == nil && p.Varied() {
			pair.Nuisances = p.nuisances(pair, variedRows{measured: p.varied.measured(),
				reference: reference, data: p.varied.deltas(p.observed, p.observed.rows)})
		}
		return pair, err
	}
	if err := p.setReference(&pair, p.reference.rows); err != nil {
		return data.Pair{}, err
	}
	pair.Weight = p.weight(pair.Data.N, pair.Reference.N)
	if p.weighted {
		var err error
		pair.DataWeights, err = data.RelativeWeights("data",
			p.observed.rowWeights(p.observed.rows), pair.Data.N)
		return pair, err
	}
	return pair, nil
}
