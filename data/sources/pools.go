package sources

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/data"
	"sparker/data/tables"
)

// Library opens sources, and keeps the tables that it has read for the next one. It is for one
// goroutine; the sources are for many.
type Library struct {
	tables map[string]*tables.Table
	words  map[string][]string
}

// Open is the source that a configuration describes. A source of files splits its pools with the
// stream r, which must be the same for the same toys; generators do not use it.
func (l *Library) Open(c Config, r *rand.Rand) (Source, error) {
	if c.Source != sourceFiles {
		return New(c)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return l.pools(c, r)
}

// Pools is a source of toys from files.
//
// In shape-only counting a toy holds N(R) events, rounded, of which Binomial(N_D, N_S/N(R)) are
// from the signal pool; in extended counting Poisson(N(R)) of the background and Poisson(N_S) of
// the signal pool. Rows are drawn without replacement within a toy; toys are drawn independently of
// each other.
type Pools struct {
	columns                                          []string
	reference, background, holdout, signal, observed pool
	// constant is the reference of every toy, where it is the whole reference pool.
	constant    *data.Sample
	rows        int // N_R
	expected    float64
	fixed       bool // shape-only counting
	permutation bool
	shuffle     *data.Permutation // of the reference and the observed sample, if permutation
	replacement bool
	warnings    []string
}

// pool is a set of rows of a table.
type pool struct {
	table *tables.Table
	rows  []int
	// Words of all rows of the file; nil where there are none.
	labels, ids, texts, images []string
}

func (p pool) n() int { return len(p.rows) }

// Dims implements data.Rows.
func (p pool) Dims() (n, d int) { return len(p.rows), p.table.D() }

// CopyRow implements data.Rows.
func (p pool) CopyRow(dst []float64, i int) { p.table.Row(p.rows[i], dst) }

// address puts the folder before an address that is not absolute.
func (f Files) address(a string) string {
	if a == "" || f.Folder == "" || filepath.IsAbs(a) {
		return a
	}
	return filepath.Join(f.Folder, a)
}

func (l *Library) pools(c Config, r *rand.Rand) (*Pools, error) {
	f := c.Files
	p := &Pools{expected: c.Expected, fixed: c.Counting == countingShape, rows: c.Reference,
		replacement: f.Replacement}
	var err error
	// The signal comes last: the null does not depend on it.
	for _, s := range []struct {
		name string
		set  FileSet
		to   *pool
	}{{"reference", f.Reference, &p.reference}, {"background", f.Background, &p.background},
		{"observed", f.Observed, &p.observed}, {"signal", f.Signal, &p.signal}} {
		if s.set.File == "" {
			continue
		}
		if *s.to, err = l.pool(f, s.set, p.reference.table, r); err != nil {
			return nil, fmt.Errorf("data.files.%s: %w", s.name, err)
		}
		if s.name == "observed" {
			p.decide(c, r)
		}
	}
	if f.Observed.File == "" {
		p.decide(c, r)
	}
	if f.Transform.used() {
		if err := p.transform(f.Transform); err != nil {
			return nil, fmt.Errorf("data.files.transform: %w", err)
		}
	}
	p.columns = p.reference.table.Names()
	if f.Generator.Components > 0 {
		if err := p.generate(f.Generator, r); err != nil {
			return nil, fmt.Errorf("data.files.generator: %w", err)
		}
	}
	p.overlap()
	if n := repeated(at(p.observed.ids, p.observed.index(p.observed.rows))); n > 0 {
		p.warnings = append(p.warnings, fmt.Sprintf("%d of the %d observed rows have the id of "+
			"an earlier one: ids that name several rows do not say which one is meant", n,
			p.observed.n()))
	}
	for _, s := range []struct {
		name string
		pool pool
	}{{"reference", p.reference}, {"background", p.background}, {"signal", p.signal},
		{"observed", p.observed}} {
		if s.pool.table == nil || s.name == "background" && f.Background.File == "" {
			continue
		}
		if n := s.pool.table.Dropped(); n > 0 {
			p.warnings = append(p.warnings,
				fmt.Sprintf("%d rows of the %s file have missing values, and are left out", n,
					s.name))
		}
		for _, note := range s.pool.table.Notes() {
			p.warnings = append(p.warnings, s.name+" file: "+note)
		}
	}
	for _, s := range []struct {
		name string
		set  FileSet
	}{{"reference", f.Reference}, {"background", f.Background}, {"observed", f.Observed}} {
		if s.set.Rows > 0 {
			p.warnings = append(p.warnings,
				fmt.Sprintf("the %s sample is %d rows of its file, chosen at random", s.name,
					s.set.Rows))
		}
	}
	return p, p.settle()
}

// decide finds how the null is calibrated, and splits the reference rows where it has to.
func (p *Pools) decide(c Config, r *rand.Rand) {
	f := c.Files
	if p.expected == 0 {
		p.expected = float64(p.observed.n())
	}
	if f.Background.File != "" || f.Calibration == calibrationPermutation {
		p.permutation = f.Calibration == calibrationPermutation
		return
	}
	reference, background, held := p.split(f.Split, f.Holdout, r)
	if f.Calibration == "" && p.HasObserved() && p.fixed && f.Split == 0 && f.Holdout == 0 &&
		float64(len(background)) < enough*p.expected {
		p.permutation = true
		return
	}
	p.background, p.holdout = p.reference, p.reference
	p.reference.rows, p.background.rows, p.holdout.rows = reference, background, held
}

// enough is how many times the rows of a toy a pool should have.
const enough = 10

// pool reads a table and selects its rows. Where like is given, the columns are those of like, in
// its order.
func (l *Library) pool(f Files, s FileSet, like *tables.Table, r *rand.Rand) (pool, error) {
	table, err := l.table(f, s, r)
	if err != nil {
		return pool{}, err
	}
	if like != nil {
		if table, err = table.Match(like.Names()); err != nil {
			return pool{}, err
		}
	}
	p := pool{table: table, rows: []int{}}
	for _, address := range s.Labels {
		labels, err := l.list(f, address, asLabels, table, s)
		if err != nil {
			return pool{}, err
		}
		if p.labels == nil {
			p.labels = labels
			continue
		}
		joined := make([]string, len(labels))
		for i, label := range labels {
			joined[i] = p.labels[i] + "/" + label
		}
		p.labels = joined
	}
	for _, words := range []struct {
		address string
		as      wording
		to      *[]string
	}{{s.ID, asLabels, &p.ids}, {s.Text, asTexts, &p.texts}, {s.Image, asTexts, &p.images}} {
		if *words.to, err = l.list(f, words.address, words.as, table, s); err != nil {
			return pool{}, err
		}
	}
	if p.images, err = from(f.address(s.Image), p.images); err != nil {
		return pool{}, err
	}
	found := map[string]bool{}
	for i := range table.N() {
		if len(s.Keep) > 0 {
			label := p.labels[table.Index(i)]
			if !slices.Contains(s.Keep, label) {
				continue
			}
			found[label] = true
		}
		p.rows = append(p.rows, i)
	}
	for _, label := range s.Keep {
		if !found[label] {
			return pool{}, fmt.Errorf("no row of %s has the label %q; the labels are %s", s.File,
				label, wordList(p.labels))
		}
	}
	switch {
	case s.subsampled() && s.Rows > table.N(), !s.subsampled() && s.Rows > len(p.rows):
		return pool{}, fmt.Errorf("%d rows are asked for, but %s has %d", s.Rows, s.File,
			len(p.rows))
	case s.Rows > 0 && !s.subsampled():
		p.rows = draw(r, p.rows, s.Rows, false)
		slices.Sort(p.rows)
	}
	return p, nil
}

// subsampled says whether the random rows of the set can be chosen while the file is read, so that
// it need not fit into memory.
func (s FileSet) subsampled() bool { return s.Rows > 0 && len(s.Keep) == 0 }

func (l *Library) table(f Files, s FileSet, r *rand.Rand) (*tables.Table, error) {
	address := s.File
	o := tables.ReadOptions{DropMissing: f.Missing == missingDrop,
		MaxBytes: int64(f.Memory * (1 << 30))}
	if len(f.Columns) > 0 {
		o.Columns = f.Columns
	}
	if s.subsampled() {
		o.Subsample, o.Rand = s.Rows, r
	}
	key := fmt.Sprintf("%q", []any{f.address(address), f.Columns, f.Missing, f.Names, f.Log,
		f.Rows})
	if t, there := l.tables[key]; there && !s.subsampled() {
		return t, nil
	}
	t, err := tables.Read(f.address(address), o)
	if err != nil {
		return nil, err
	}
	if t, err = f.prepare(t); err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	if l.tables == nil {
		l.tables = map[string]*tables.Table{}
	}
	if !s.subsampled() {
		l.tables[key] = t
	}
	return t, nil
}

// list reads one word for each row of a file.
func (l *Library) list(f Files, address string, as wording, t *tables.Table, s FileSet) ([]string,
	error) {
	if address == "" {
		return nil, nil
	}
	key := fmt.Sprintf("%d %s", as, f.address(address))
	words, there := l.words[key]
	if !there {
		var err error
		if words, err = as.read(f.address(address)); err != nil {
			return nil, err
		}
		if l.words == nil {
			l.words = map[string][]string{}
		}
		l.words[key] = words
	}
	rows := t.N() + t.Dropped()
	if s.subsampled() && t.N() > 0 { // of which the file may have any number
		rows = max(len(words), t.Index(t.N()-1)+1)
	}
	if len(words) != rows {
		return nil, fmt.Errorf("%s has %d entries, but %s has %d rows", address, len(words), s.File,
			rows)
	}
	return words, nil
}

// from are paths taken from the folder of the table that holds them. What is empty, absolute or a
// URL stays as it is.
func from(address string, paths []string) ([]string, error) {
	if paths == nil {
		return nil, nil
	}
	table, err := tables.Path(address)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = path
		if path != "" && !filepath.IsAbs(path) && !strings.Contains(path, "://") {
			all[i] = filepath.Join(filepath.Dir(table), path)
		}
	}
	return all, nil
}

// wordList names the different words of a list, at most eight of them.
func wordList(words []string) string {
	var different []string
	for _, w := range words {
		if !slices.Contains(different, w) {
			if different = append(different, w); len(different) > 8 {
				different[8] = "..."
				break
			}
		}
	}
	return strings.Join(different, ", ")
}

// split shares the reference rows out between the reference pool, the background pool and what is
// held out.
func (p *Pools) split(share, holdout float64, r *rand.Rand) (reference, background, held []int) {
	if share == 0 {
		share = (1 - holdout) / 2
	}
	rows := draw(r, p.reference.rows, p.reference.n(), false)
	n := int(math.Round(share * float64(len(rows))))
	if p.rows > 0 && p.rows < n && p.HasObserved() {
		n = p.rows // what a fixed reference does not need goes to the background
	}
	h := int(math.Round(holdout * float64(len(rows))))
	return rows[:n:n], rows[n : len(rows)-h : len(rows)-h], rows[len(rows)-h:]
}

// settle holds the pools against what a toy draws.
func (p *Pools) settle() error {
	if p.HasObserved() && p.observed.n() == 0 {
		return fmt.Errorf("data: files.observed has no rows")
	}
	if p.permutation {
		if p.rows == 0 {
			p.rows = p.reference.n()
		}
		if p.rows != p.reference.n() {
			return fmt.Errorf("data: reference is %d, but a permutation takes all of its %d "+
				"rows; set files.reference.rows instead", p.rows, p.reference.n())
		}
		if err := p.several(); err != nil {
			return err
		}
		var err error
		p.shuffle, err = data.NewPermutation(p.reference, p.observed)
		return err
	}
	if p.rows == 0 {
		p.rows = p.reference.n()
	}
	if err := p.several(); err != nil {
		return err
	}
	most := p.expected
	if !p.fixed {
		most += 6 * math.Sqrt(most) // of a Poisson count
	}
	for _, s := range []struct {
		what string
		pool pool
		key  string
		n    float64
	}{{"reference", p.reference, "data.reference", float64(p.rows)},
		{"background", p.background, "data.expected", math.Ceil(most)},
		{"held-out", p.holdout, "data.expected", math.Ceil(most)}} {
		switch have := float64(s.pool.n()); {
		case have == 0 && s.what == "held-out":
		case have == 0:
			return fmt.Errorf("data: the %s pool has no rows", s.what)
		case s.n > have && !p.replacement:
			return fmt.Errorf("data: a toy draws up to %.0f rows from the %s pool, which has "+
				"%.0f; lower %s, or set data.files.replacement, which is not exact",
				s.n, s.what, have, s.key)
		case s.what == "reference" && s.n == have:
			fixed := p.reference.sample()
			p.constant = &fixed
			p.warnings = append(p.warnings,
				fmt.Sprintf("the reference is the same %.0f rows in every toy: p-values and "+
					"powers hold for it", have))
		case s.n*enough > have:
			p.warnings = append(p.warnings,
				fmt.Sprintf("the %s pool has %.0f rows, %.3g times the %.0f of a toy: below ten "+
					"times, toys share many rows, and the size of the test is known less well "+
					"than their number says",
					s.what, have, have/s.n, s.n))
		}
	}
	if p.replacement {
		p.warnings = append(p.warnings, "rows are drawn with replacement: duplicates look like "+
			"narrow peaks")
	}
	return nil
}

// several refuses a reference of a single row, which has no spread to standardize by and no
// distances to find the widths from.
func (p *Pools) several() error {
	if p.rows == 1 {
		return fmt.Errorf("data: the reference of a toy has a single row; want at least two")
	}
	return nil
}

// overlap warns of rows that the observed sample has in common with the reference or the
// background.
func (p *Pools) overlap() {
	if p.observed.table == nil {
		return
	}
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{}
	row := make([]float64, p.Dim())
	hash := func(q pool, i int) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, x := range q.table.Row(i, row) {
			maphash.WriteComparable(&h, x)
		}
		return h.Sum64()
	}
	for _, q := range []pool{p.reference, p.background} {
		for _, i := range q.rows {
			seen[hash(q, i)] = true
		}
	}
	common := 0
	for _, i := range p.observed.rows {
		if seen[hash(p.observed, i)] {
			common++
		}
	}
	if common > 0 {
		p.warnings = append(p.warnings, fmt.Sprintf("%d of the %d observed rows are also in the "+
			"reference: the samples are not independent, and the test is blind to what they share",
			common, p.observed.n()))
	}
}

// Dim is the number of columns.
func (p *Pools) Dim() int { return p.reference.table.D() }

// Columns are the names of the columns.
func (p *Pools) Columns() []string { return p.columns }

// Expected is N(R).
func (p *Pools) Expected() float64 { return p.expected }

// Calibration says what null toys are made of: pools or permutation.
func (p *Pools) Calibration() string {
	if p.permutation {
		return calibrationPermutation
	}
	return calibrationPools
}

// Sizes are the numbers of rows of a toy's reference, of the pools, and of the observed sample.
type Sizes struct{ Reference, Background, HeldOut, Signal, Observed int }

// Sizes of the pools.
func (p *Pools) Sizes() Sizes {
	return Sizes{p.rows, p.background.n(), p.holdout.n(), p.signal.n(), p.observed.n()}
}

// Warnings say what may make the calibration less than exact.
func (p *Pools) Warnings() []string { return p.warnings }

// Constant is the reference of every toy, where all toys have the same.
func (p *Pools) Constant() (data.Sample, bool) {
	if p.constant == nil {
		return data.Sample{}, false
	}
	return *p.constant, true
}

// HasObserved says whether there is an observed sample.
func (p *Pools) HasObserved() bool { return p.observed.table != nil }

// Observed is the pair of the observed sample: against the reference that all toys have, or against
// one that is drawn like theirs.
func (p *Pools) Observed(r *rand.Rand) (data.Pair, error) {
	if !p.HasObserved() {
		return data.Pair{}, fmt.Errorf("data: there is no observed sample")
	}
	pair := data.Pair{Data: p.observed.sample()}
	pair.Index, pair.Labels, pair.IDs = p.observed.names(p.observed.rows)
	pair.Texts, pair.Images = at(p.observed.texts, pair.Index), at(p.observed.images, pair.Index)
	switch {
	case p.constant != nil:
		pair.Reference = *p.constant
	case p.permutation:
		pair.Reference = p.reference.sample()
	default:
		pair.Reference = p.reference.table.Sample(draw(r, p.reference.rows, p.rows, p.replacement))
	}
	pair.Weight = p.weight(pair.Data.N)
	return pair, nil
}

func (p *Pools) weight(events int) float64 {
	if p.fixed {
		return float64(events) / float64(p.rows)
	}
	return p.expected / float64(p.rows)
}

// Draw makes one toy of the background pool.
func (p *Pools) Draw(r *rand.Rand, signal float64) (data.Pair, error) {
	return p.toy(r, p.background, signal)
}

// DrawHeldOut makes one toy of the rows that are held out, or, where none are, of the background
// pool.
func (p *Pools) DrawHeldOut(r *rand.Rand, signal float64) (data.Pair, error) {
	if p.holdout.n() == 0 {
		return p.Draw(r, signal)
	}
	return p.toy(r, p.holdout, signal)
}

func (p *Pools) toy(r *rand.Rand, from pool, signal float64) (data.Pair, error) {
	switch {
	case !(signal >= 0):
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events; must be at least 0",
			signal)
	case signal > 0 && p.signal.table == nil:
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events, but there are no "+
				"signal rows", signal)
	case p.fixed && signal > p.expected:
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events does not fit into "+
				"the %v expected ones whose place it takes", signal, p.expected)
	}
	if p.permutation {
		return p.shuffle.Draw(r), nil
	}
	var pair data.Pair
	if p.constant != nil {
		pair.Reference = *p.constant
	} else {
		pair.Reference = p.reference.table.Sample(draw(r, p.reference.rows, p.rows, p.replacement))
	}
	events := int(math.Round(p.expected))
	if p.fixed {
		if signal > 0 {
			pair.Injected = int(distuv.Binomial{N: float64(events), P: signal / p.expected,
				Src: r}.Rand())
		}
	} else {
		events = poisson(r, p.expected)
		pair.Injected = poisson(r, signal)
		events += pair.Injected
	}
	plain := events - pair.Injected
	if !p.replacement && (plain > from.n() || pair.Injected > p.signal.n()) {
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: %d background and %d signal rows from "+
				"pools of %d and %d", plain, pair.Injected, from.n(), p.signal.n())
	}
	background := draw(r, from.rows, plain, p.replacement)
	pair.Data = from.table.Sample(background)
	pair.Index, pair.Labels, pair.IDs = from.names(background)
	if pair.Injected > 0 {
		rows := draw(r, p.signal.rows, pair.Injected, p.replacement)
		s := p.signal.table.Sample(rows)
		pair.Data = data.Sample{X: append(pair.Data.X, s.X...), N: events, D: s.D}
		index, labels, ids := p.signal.names(rows)
		pair.Index = append(pair.Index, index...)
		pair.Labels = both(pair.Labels, labels, plain, pair.Injected)
		pair.IDs = both(pair.IDs, ids, plain, pair.Injected)
	}
	pair.Weight = p.weight(events)
	return pair, nil
}

// DrawReference makes a sample of n rows of the null, or of all where there are fewer: of the
// reference pool, or, under a permutation, of the reference and the observed sample together.
func (p *Pools) DrawReference(r *rand.Rand, n int) (data.Sample, error) {
	if p.permutation {
		return p.shuffle.DrawRows(r, n), nil
	}
	return p.reference.table.Sample(draw(r, p.reference.rows, min(n, p.reference.n()), false)), nil
}

// sample is all rows of a pool.
func (p pool) sample() data.Sample { return p.table.Sample(p.rows) }

// names are the numbers of rows in their file, their labels and their ids.
func (p pool) names(rows []int) (index []int, labels, ids []string) {
	index = p.index(rows)
	return index, at(p.labels, index), at(p.ids, index)
}

// index is the number of each row in the file.
func (p pool) index(rows []int) []int {
	index := make([]int, len(rows))
	for k, i := range rows {
		index[k] = p.table.Index(i)
	}
	return index
}

// repeated counts the words that stand in the list before.
func repeated(words []string) (n int) {
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] {
			n++
		}
		seen[w] = true
	}
	return n
}

// at are some of the words of a list, which may be absent.
func at(words []string, index []int) []string {
	if words == nil {
		return nil
	}
	chosen := make([]string, len(index))
	for i, k := range index {
		chosen[i] = words[k]
	}
	return chosen
}

// both joins two lists of n and m texts, either of which may be absent.
func both(a, b []string, n, m int) []string {
	if a == nil && b == nil {
		return nil
	}
	joined := make([]string, n+m)
	copy(joined, a)
	copy(joined[n:], b)
	return joined
}

// draw takes n of the rows at random, in random order.
func draw(r *rand.Rand, rows []int, n int, replacement bool) []int {
	drawn := make([]int, n)
	if replacement {
		for i := range drawn {
			drawn[i] = rows[r.IntN(len(rows))]
		}
		return drawn
	}
	left := slices.Clone(rows)
	for i := range drawn {
		j := i + r.IntN(len(left)-i)
		left[i], left[j] = left[j], left[i]
		drawn[i] = left[i]
	}
	return drawn
}
