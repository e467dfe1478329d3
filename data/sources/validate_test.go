package sources

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func problems(c Config) map[string]string {
	found := map[string]string{}
	c.Validate(func(path, message string) { found[path] += message })
	return found
}

func TestDefaultAndCasesAreValid(t *testing.T) {
	t.Parallel()
	if p := problems(Default()); len(p) > 0 {
		t.Errorf("the default: %v", p)
	}
	for name, c := range cases() {
		if p := problems(c); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
	}
}

// invalid is a configuration and what Validate reports: parts of the messages by path.
type invalid struct {
	name   string
	config Config
	want   map[string]string
}

// defaultWith returns the default configuration with a change.
func defaultWith(change func(*Config)) Config {
	c := Default()
	change(&c)
	return c
}

// defaultSignal returns the default configuration with another source and signal.
func defaultSignal(source string, s Signal) Config {
	return defaultWith(func(c *Config) {
		c.Source, c.Signal = source, s
		if source == sourceGaussian {
			c.Dim = 3
		}
	})
}

func invalidSizes() []invalid {
	nan, inf := math.NaN(), math.Inf(1)
	with := defaultWith
	return []invalid{

		{"source", with(func(c *Config) { c.Source = "exponental" }),
			map[string]string{
				"source": `is "exponental"; want one of exponential, mixture, gaussian`}},
		{"fixed dimension", with(func(c *Config) { c.Dim = 2 }),
			map[string]string{"dim": "is 2; the exponential source has 1"}},
		{"mixture dimension", with(func(c *Config) { c.Source, c.Dim = sourceMixture, 3 }),
			map[string]string{"dim": "is 3; the mixture source has 2"}},
		{"no dimension", with(func(c *Config) { c.Source = sourceGaussian }),
			map[string]string{"dim": "is 0; the gaussian source needs at least 1"}},
		{"negative dimension", with(func(c *Config) { c.Dim = -1 }),
			map[string]string{"dim": "is -1"}},
		{"reference", with(func(c *Config) { c.Reference = 0 }),
			map[string]string{"reference": "is 0; must be at least 1"}},
		{"huge reference", with(func(c *Config) { c.Reference = math.MaxInt }),
			map[string]string{"reference": "at most 1e+09 values"}},
		{"huge reference in 1000 dimensions", with(func(c *Config) {
			c.Source, c.Dim, c.Reference = sourceGaussian, 1000, 2_000_000
		}),
			map[string]string{"reference": "in 1000 dimensions"}},
		{"expected", with(func(c *Config) { c.Expected = 0 }),
			map[string]string{"expected": "is 0; must be a finite number above 0"}},
		{"expected NaN", with(func(c *Config) { c.Expected = nan }),
			map[string]string{"expected": "is NaN"}},
		{"expected Inf", with(func(c *Config) { c.Expected = inf }),
			map[string]string{"expected": "is +Inf"}},
		{"huge expected", with(func(c *Config) { c.Expected = 1e12 }),
			map[string]string{"expected": "at most 1e+09 values"}},
		{"nothing to count", with(func(c *Config) { c.Expected, c.Counting = 0.4, "shape" }),
			map[string]string{"expected": "must be at least 1"}},
		{"counting", with(func(c *Config) { c.Counting = "" }),
			map[string]string{"counting": `is ""; want one of extended, shape`}},
		{"standardize", with(func(c *Config) { c.Standardize = "yes" }),
			map[string]string{"standardize": `is "yes"; want one of none, reference`}},
		{"several at once", Config{Source: "x", Counting: "y", Standardize: "z",
			Signal: Signal{Kind: "shift", By: Vector{1, 2, 3}}},
			map[string]string{"source": "", "counting": "", "standardize": "", "reference": "",
				"expected": ""}},
	}
}

func invalidSignals() []invalid {
	nan, inf := math.NaN(), math.Inf(1)
	signal := defaultSignal
	return []invalid{
		{"no kind", signal(sourceExponential, Signal{}),
			map[string]string{"signal.kind": `is ""; want one of gaussian, bumps, shape`}},
		{"kind off its source", signal(sourceMixture, Signal{Kind: "shape"}),
			map[string]string{"signal.kind": `is "shape" on the mixture source; want one of ` +
				`gaussian, bumps, uniform, scale, shift`}},
		{"nothing given", signal(sourceExponential, Signal{Kind: "gaussian"}),
			map[string]string{"signal.loc": "is missing",
				"signal.scale": "is 0; must be a finite number above 0"}},
		{"loc too long", signal(sourceExponential, Signal{Kind: "gaussian", Loc: Vector{1, 2},
			Scale: 1}),
			map[string]string{
				"signal.loc": "has length 2; the exponential source has dimension 1"}},
		{"loc off the half-line", signal(sourceExponential,
			Signal{Kind: "gaussian", Loc: Vector{-1}, Scale: 1}),
			map[string]string{"signal.loc": "is -1; it lies below 0"}},
		{"loc NaN", signal(sourceGaussian, Signal{Kind: "gaussian", Loc: Vector{0, nan},
			Scale: inf}),
			map[string]string{"signal.loc[1]": "is NaN", "signal.scale": "is +Inf"}},
		{"scale", signal(sourceGaussian, Signal{Kind: "gaussian", Loc: Vector{1}, Scale: -1}),
			map[string]string{"signal.scale": "is -1"}},
		{"fields of other kinds", signal(sourceExponential,
			Signal{Kind: "shape", Loc: Vector{1}, Scale: 1, Bumps: []Bump{{}}, Low: Vector{0},
				High: Vector{1}, Factor: 2, By: Vector{1}}),
			map[string]string{"signal.loc": "does not apply to a shape signal, which takes " +
				"nothing else", "signal.scale": "", "signal.bumps": "",
				"signal.low": "", "signal.high": "", "signal.factor": "", "signal.by": ""}},
		{"one foreign field", signal(sourceGaussian, Signal{Kind: "uniform", Scale: 1,
			Low: Vector{0, 0, 0}, High: Vector{1, 1, 1}}),
			map[string]string{"signal.scale": "does not apply to a uniform signal, which takes " +
				"only low and high"}},
		{"short corner", signal(sourceGaussian, Signal{Kind: "uniform", Low: Vector{0},
			High: Vector{1, 1, 1}}),
			map[string]string{"signal.low": "has length 1; a corner needs one number for each " +
				"of the 3 dimensions"}},
		{"corners swapped", signal(sourceGaussian, Signal{Kind: "uniform", Low: Vector{0, 1, 2},
			High: Vector{1, 1, 1}}),
			map[string]string{"signal.high[1]": "is 1; must be above low, which is 1",
				"signal.high[2]": "which is 2"}},
		{"corners swapped in one dimension", signal(sourceExponential,
			Signal{Kind: "uniform", Low: Vector{2}, High: Vector{1}}),
			map[string]string{"signal.high": "is 1; must be above low, which is 2"}},
		{"box off the half-line", signal(sourceExponential,
			Signal{Kind: "uniform", Low: Vector{-2}, High: Vector{1}}),
			map[string]string{"signal.low": "is -2; it lies below 0"}},
		{"factor", signal(sourceExponential, Signal{Kind: "scale", Factor: -2}),
			map[string]string{"signal.factor": "is -2"}},
		{"shift off the half-line", signal(sourceExponential,
			Signal{Kind: "shift", By: Vector{-0.1}}),
			map[string]string{"signal.by": "is -0.1; it would move events below 0"}},
		{"no shift", signal(sourceGaussian, Signal{Kind: "shift"}),
			map[string]string{"signal.by": "is missing"}},
	}
}

func invalidBumps() []invalid {
	nan, inf := math.NaN(), math.Inf(1)
	with, signal := defaultWith, defaultSignal
	return []invalid{
		{"no bumps", signal(sourceMixture, Signal{Kind: "bumps"}),
			map[string]string{"signal.bumps": "is empty"}},
		{"bad bumps", signal(sourceMixture, Signal{Kind: "bumps",
			Bumps: []Bump{{Vector{1, 2}, 1, 1}, {Vector{1, 2, 3}, 0, 0}}}),
			map[string]string{"signal.bumps[1].loc": "has length 3",
				"signal.bumps[1].scale":    "is 0",
				"signal.bumps[1].fraction": "is 0; must be a finite number other than 0"}},
		{"fractions that are not numbers", signal(sourceExponential,
			Signal{Kind: "bumps", Bumps: []Bump{{Vector{1}, 1, nan}, {Vector{1}, 1, -inf},
				{Vector{1}, 1, inf}}}),
			map[string]string{"signal.bumps[0].fraction": "is NaN",
				"signal.bumps[1].fraction": "is -Inf", "signal.bumps[2].fraction": "is +Inf"}},
		{"a deficit in shape-only counting", with(func(c *Config) {
			c.Counting, c.Signal = countingShape, Signal{Kind: "bumps",
				Bumps: []Bump{{Vector{1}, 1, 2}, {Vector{1}, 1, -1}}}
		}), map[string]string{
			"signal.bumps[1].fraction": "is -1; a deficit needs extended counting"}},
		{"a deficit of clusters", with(func(c *Config) {
			c.Source, c.Dim, c.Signal = sourceClusters, 2, Signal{Kind: "bumps",
				Bumps: []Bump{{Vector{1}, 1, 2}, {Vector{1}, 0.5, -1}}}
		}),
			map[string]string{"signal.bumps[1].fraction": "is -1; the clusters source has no " +
				"deficits"}},
		{"a deficit wider than the background", signal(sourceGaussian,
			Signal{Kind: "bumps", Bumps: []Bump{{Vector{1}, 1.2, 1}, {Vector{1}, 1, -1},
				{Vector{1}, 0.9, -1}}}),
			map[string]string{"signal.bumps[1].scale": "is 1; a deficit must be narrower than " +
				"the Gaussians of the gaussian source"}},
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(invalidSizes(), invalidSignals(), invalidBumps()) {
		t.Run(c.name, func(t *testing.T) {
			found := problems(c.config)
			for path, part := range c.want {
				message, ok := found[path]
				if !ok || !strings.Contains(message, part) {
					t.Errorf("%s: got %q, want a message with %q", path, message, part)
				}
				delete(found, path)
			}
			if diff := cmp.Diff(map[string]string{}, found); diff != "" {
				t.Errorf("problems that were not asked for:\n%s", diff)
			}
			if _, err := New(c.config); err == nil || !strings.HasPrefix(err.Error(), "data: ") {
				t.Errorf("New returned the error %v", err)
			}
		})
	}
}
