package configs

import (
	"fmt"
	"reflect"
	"slices"

	"gopkg.in/yaml.v3"

	"sparker/twosample"
)

// combining is what a config says about one test of several.
type combining struct {
	node    *yaml.Node // the value of combine; nil if there is none
	at      position
	tests   []Arm // the listed tests
	testsAt position
}

// overrideCombine applies an override of the form combine=true. It returns whether the override has
// this form.
func (d *decoder) overrideCombine(override string) bool {
	n, found := d.overrideNode(override, combineKey, "true")
	if n != nil {
		d.combining.node, d.combining.at = n, position{file: commandLine}
	}
	return found
}

// combines reports whether the config makes one test of the listed ones.
func (d *decoder) combines() (yes bool) {
	if d.combining.node == nil {
		return false
	}
	n := aliased(d.combining.node)
	message := refusal(n)
	if message == "" {
		message = scalar(n, reflect.ValueOf(&yes).Elem())
	}
	if message == "" {
		return yes
	}
	if slices.Contains(combinationNames(), n.Value) {
		message += "; the combination of the p-values is test.combine"
	}
	d.report(d.combining.at, combineKey, message)
	return false
}

// combineTests makes one test of the listed ones, if the config says so. It takes their axis out of
// the sweep and sets the method to the first of them. It returns the others.
func (d *decoder) combineTests(s *SweepConfig) []Arm {
	c := d.combining
	if !d.combines() || len(d.problems) > 0 || !d.checkCombined(*s) {
		return nil
	}
	s.drop(methodKey, c.tests[0].Label)
	d.assign(c.tests[0].Values[0])
	return c.tests[1:]
}

// checkCombined reports tests that cannot be one test.
func (d *decoder) checkCombined(s SweepConfig) bool {
	c, before := d.combining, len(d.problems)
	axis, ok := s.AxisOf(methodKey)
	switch {
	case !ok:
		d.report(c.at, combineKey, "is true, but no tests are listed; want tests: [method, "+
			"method, ...]")
	case len(c.tests) == 0 || axis.Arms[0].Values[0].node != c.tests[0].Values[0].node:
		d.report(c.at, combineKey, fmt.Sprintf("is true, but the sweep varies %s on the axis %s; "+
			"list the tests of one test in %s", methodKey, axis.Name, testsKey))
	case len(c.tests) == 1:
		d.report(c.testsAt, testsKey, "holds one test; want several to combine")
	default:
		fits := false
		for i, arm := range c.tests {
			fits = d.checkListed(arm) && i > 0 || fits
		}
		s.drop(methodKey, "")
		d.checkVaried(s, fits)
	}
	return len(d.problems) == before
}

// checkListed reports a listed test that cannot be combined. It returns whether the test fits
// kernels.
func (d *decoder) checkListed(arm Arm) (fits bool) {
	value := arm.Values[0]
	n := aliased(value.node)
	method, err := twosample.Lookup(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || err != nil:
		d.report(value.at, testsKey, notOneOf(n.Value, twosample.MethodNames()))
	case method.Limit:
		d.report(value.at, testsKey, fmt.Sprintf("holds %s, which knows the background: a limit "+
			"cannot be combined with other tests", n.Value))
	}
	return method.Fits
}

// checkVaried reports axes of a sweep that set the tests themselves, or how they are fitted if one
// of the members is: members do not vary.
func (d *decoder) checkVaried(s SweepConfig, fits bool) {
	paths := []string{methodKey, membersKey, groupsKey}
	if fits {
		paths = append(paths, memberBlocks...)
	}
	for _, axis := range s.Axes() {
		for _, arm := range axis.Arms {
			for _, v := range arm.Values {
				if slices.ContainsFunc(paths,
					func(p string) bool { return covers(p, v.Path) || covers(v.Path, p) }) {
					d.report(d.combining.at, combineKey, fmt.Sprintf("is true, but the sweep "+
						"varies %s on the axis %s, which the members of a test do not follow",
						v.Path, axis.Name))
					return
				}
			}
		}
	}
}

// addTests adds tests to the members of an experiment, with the recipe that they have alone. A
// member of the same name and method stays as it is. If there are groups, and none holds the
// statistics of an added test, it has a group of its own.
func (d *decoder) addTests(e *Experiment, tests []Arm) {
	for _, arm := range tests {
		m := twosample.MemberConfig{Name: arm.Label, Method: aliased(arm.Values[0].node).Value}
		if method, err := twosample.Lookup(m.Method); err == nil && method.Fits {
			m.Model, m.Loss, m.Train = e.Model, e.Loss, e.Train
			m.Statistics = slices.Clone(e.Test.Statistics)
		}
		if slices.ContainsFunc(e.Test.Members, func(o twosample.MemberConfig) bool {
			return o.Name == m.Name && o.Method == m.Method
		}) {
			continue
		}
		d.written[fmt.Sprintf("%s[%d]", membersKey, len(e.Test.Members))] = arm.Values[0].at
		e.Test.Members = append(slices.Clip(e.Test.Members), m)
		grouped := func(g twosample.GroupConfig) bool {
			return len(g.Members) == 0 || slices.Contains(g.Members, m.Name)
		}
		if len(e.Test.Groups) > 0 && !slices.ContainsFunc(e.Test.Groups, grouped) {
			e.Test.Groups = append(slices.Clip(e.Test.Groups),
				twosample.GroupConfig{Members: []string{m.Name}, Weight: 1})
		}
	}
}
