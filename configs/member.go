package configs

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"gopkg.in/yaml.v3"

	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

// membersKey is the list of the members of a test.
const membersKey = "test.members"

// groupsKey is the list of the groups of their statistics.
const groupsKey = "test.groups"

// memberType is the type of an element of that list.
var memberType = reflect.TypeFor[twosample.MemberConfig]()

// memberBlocks are the blocks of a member, and of an experiment, that say how to fit.
var memberBlocks = []string{"model", "loss", "train"}

// setMemberDefaults sets the defaults of a member: those of its preset, or of an experiment.
func (d *decoder) setMemberDefaults(n *yaml.Node, path string, v reflect.Value) {
	e := Defaults()
	m := twosample.MemberConfig{Method: e.Test.Method, Model: e.Model, Loss: e.Loss,
		Train: e.Train, Statistics: slices.Clone(e.Test.Statistics)}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != presetKey {
			continue
		}
		inner := joinPath(path, presetKey)
		r, ok := d.recipe(n.Content[i+1], d.at(n.Content[i]), inner)
		switch {
		case ok && len(r.Members) > 0:
			d.report(d.at(n.Content[i]), inner, "is "+r.Name+", which has members itself")
		case ok:
			m.Model, m.Loss, m.Train, m.Statistics = r.Model, r.Loss, r.Train, r.Statistics
		}
	}
	v.Set(reflect.ValueOf(m))
}

// completeMember sets what a member leaves out. A method that fits no kernels has none of the
// blocks of a fit.
func (d *decoder) completeMember(path string, v reflect.Value) {
	m := v.Interface().(twosample.MemberConfig)
	if m.Name == "" {
		m.Name = m.Method
	}
	if method, err := twosample.Lookup(m.Method); err == nil && !method.Fits {
		for _, block := range append(slices.Clone(memberBlocks), "statistics") {
			inner := joinPath(path, block)
			if at, written := d.written[inner]; written {
				d.report(at, inner, fmt.Sprintf("does not apply to the test %s, which fits no "+
					"kernels", m.Method))
			}
		}
		m.Model, m.Loss, m.Train, m.Statistics = models.Config{}, losses.Config{}, train.Config{},
			nil
	}
	v.Set(reflect.ValueOf(m))
}

// resolveMembers drops members that a preset has brought if the experiment has another method than
// the preset's: a preset is a way to use that method. It drops the groups of a preset if other
// members have replaced those that they name.
func (e *Experiment) resolveMembers() {
	t := &e.Test
	for _, r := range twosample.Recipes() {
		if len(r.Members) == 0 {
			continue
		}
		if t.Method != twosample.DefaultMethod && reflect.DeepEqual(r.Members, t.Members) {
			t.Members = nil
		}
		if reflect.DeepEqual(r.Groups, t.Groups) && slices.ContainsFunc(r.Groups, t.lacks) {
			t.Groups, t.Across = nil, ""
		}
	}
}

// lacks reports whether a group names a test that is neither that of the method nor a member.
func (t TestConfig) lacks(g twosample.GroupConfig) bool {
	return slices.ContainsFunc(g.Members, func(name string) bool { return !t.has(name) })
}

// has reports whether a test is that of the method or a member.
func (t TestConfig) has(name string) bool {
	return name == t.Method || slices.ContainsFunc(t.Members,
		func(m twosample.MemberConfig) bool { return m.Name == name })
}

// Grouping returns how the statistics of the experiment are combined.
func (e Experiment) Grouping() twosample.Grouping { return e.Test.grouping() }

// validateMembers checks the members and the groups, as far as the config says what is in them.
func (e Experiment) validateMembers(report reportFunc) {
	own, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return // which is reported
	}
	names := []string{own.Name}
	for i, m := range e.Test.Members {
		path := fmt.Sprintf("%s[%d]", membersKey, i)
		method, err := twosample.Lookup(m.Method)
		switch {
		case err != nil:
			report(path+".method", notOneOf(m.Method, competitors()))
			continue
		case own.Limit:
			report("test.method", fmt.Sprintf("is %s, which knows the background: a limit cannot "+
				"be combined with other tests", own.Name), membersKey)
		case method.Limit:
			report(path+".method", fmt.Sprintf("is %s, which knows the background: a limit "+
				"cannot be combined with other tests", m.Method))
		case !twosample.MemberName.MatchString(m.Name):
			report(path+".name", fmt.Sprintf("is %q; want at most 40 lower-case letters, digits, "+
				"underscores and hyphens that begin with a letter", m.Name))
		case slices.Contains(names, m.Name):
			report(path+".name", fmt.Sprintf("is %q, as that of another test; members need names "+
				"of their own", m.Name))
		}
		names = append(names, m.Name)
		validateWeights(method, e.Setup(), path+".method", report)
		e.validateMemberNuisances(m, method, path, report)
		e.validateMember(m, method, path, report)
	}
	e.validateGroups(names, report)
}

// validateMemberNuisances reports a member that cannot have the nuisance parameters of the data.
func (e Experiment) validateMemberNuisances(m twosample.MemberConfig, method twosample.Method,
	path string, report reportFunc) {
	s := e.Setup()
	s.Model, s.Loss, s.Train, s.Statistics, s.Members = m.Model, m.Loss, m.Train, m.Statistics, nil
	var impossible *twosample.SetupError
	if err := method.Check(s); errors.As(err, &impossible) &&
		impossible.Part == twosample.PartNuisances {
		report(path+".method", e.withoutProfile(m.Method, impossible), e.nuisancesPath())
	}
}

// validateMember checks how a member fits its kernels.
func (e Experiment) validateMember(m twosample.MemberConfig, method twosample.Method, path string,
	report reportFunc) {
	if !method.Fits {
		return
	}
	m.Model.Validate(within(path+".model", report))
	m.Loss.Validate(within(path+".loss", report))
	m.Train.Validate(within(path+".train", report))
	if _, isFile := m.Model.InitFile(); isFile {
		report(path+".model.init", fmt.Sprintf("is %q; members start on rows of the samples",
			m.Model.Init))
	}
	validateStatistics(path+".statistics", m.Statistics, report)
	own := Experiment{Data: e.Data, Model: m.Model, Loss: m.Loss, Train: m.Train}
	inner := func(key, message string, uses ...string) {
		for i, use := range uses {
			if slices.ContainsFunc(memberBlocks, func(b string) bool { return covers(b, use) }) {
				uses[i] = joinPath(path, use)
			}
		}
		report(joinPath(path, key), message, uses...)
	}
	own.validateRecipe(inner)
	own.validateKernels(inner)
}

// validateGroups checks the groups of the tests of the given names.
func (e Experiment) validateGroups(names []string, report reportFunc) {
	if a := e.Test.Across; a != "" && !slices.Contains(combinationNames(), a) {
		report("test.across", notOneOf(a, combinationNames()))
	}
	for i, g := range e.Test.Groups {
		path := fmt.Sprintf("%s[%d]", groupsKey, i)
		for k, name := range g.Members {
			if !slices.Contains(names, name) {
				report(fmt.Sprintf("%s.members[%d]", path, k), notOneOf(name, names))
			}
		}
		if g.Weight < 0 {
			report(path+".weight", fmt.Sprintf("is %s; must be at least 0",
				formatNumber(g.Weight)))
		}
		if g.Combine != "" && !slices.Contains(combinationNames(), g.Combine) {
			report(path+".combine", notOneOf(g.Combine, combinationNames()))
		}
	}
}
