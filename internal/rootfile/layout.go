package rootfile

import (
	"fmt"
	"strconv"
	"strings"
)

// layout makes the columns of a tree out of its branches.
type layout struct {
	tree  *TTree
	names map[string]bool
}

// add adds the columns of some branches below a branch, or of those of the tree if parent is nil.
// path is the name of the parent with the names of those above it.
func (l *layout) add(path string, parent *branch, branches []any) {
	for _, o := range branches {
		b, isBranch := o.(*branch)
		if u, isUnread := o.(unread); isUnread {
			l.refuse("a branch", "object of class "+u.class, "its class is not read")
		}
		if !isBranch {
			continue
		}
		name := b.plainName()
		if parent != nil {
			name = path + "." + strings.TrimPrefix(name, parent.plainName()+".")
		}
		if len(b.branches) > 0 {
			l.add(name, b, b.branches)
			continue
		}
		l.addBranch(name, b)
	}
}

// refuse adds a column that cannot be read.
func (l *layout) refuse(name, typ, why string) {
	l.tree.Columns = append(l.tree.Columns, &Leaf{Name: name, Type: typ, Refusal: why})
}

// addBranch adds the columns of a branch that has no others.
func (l *layout) addBranch(name string, b *branch) {
	leaves := make([]*Leaf, 0, len(b.leaves))
	size, why := 0, l.notComplete(b)
	for _, o := range b.leaves {
		record, isLeaf := o.(*leafRecord)
		if !isLeaf {
			why = "one of its leaves is not read"
			continue
		}
		leaf := record.column(b)
		leaf.Name, leaf.branch, leaf.at = name, b, size
		if len(b.leaves) > 1 {
			leaf.Name = name + "." + record.plainName()
		}
		if leaf.Refusal != "" && len(b.leaves) > 1 && why == "" {
			why = "it is stored behind " + leaf.Type
		}
		if leaf.Text && len(b.leaves) > 1 {
			why = "it is stored with words"
		}
		size += leaf.n * leaf.element.size
		leaves = append(leaves, leaf)
	}
	if len(leaves) == 0 {
		l.refuse(name, "branch without leaves", "it holds no values")
	}
	for _, leaf := range leaves {
		leaf.entry = size
		switch {
		case leaf.Refusal != "":
		case why != "":
			leaf.Refusal = why
		case l.names[leaf.Name]:
			leaf.Refusal = "another column has its name"
		default:
			l.names[leaf.Name] = true
		}
		l.tree.Columns = append(l.tree.Columns, leaf)
	}
}

// notComplete returns why a branch does not hold all entries of the tree, or "".
func (l *layout) notComplete(b *branch) string {
	switch {
	case b.file != "":
		return fmt.Sprintf("its data are in another file, %s", b.file)
	case b.entries != l.tree.Entries:
		return fmt.Sprintf("it has %d entries, the tree %d", b.entries, l.tree.Entries)
	case b.first != 0:
		return fmt.Sprintf("its first entries, up to %d, are not kept", b.first)
	}
	return ""
}

// plainName returns the name without the lengths of arrays.
func (r *leafRecord) plainName() string {
	name, _, _ := strings.Cut(r.name, "[")
	return name
}

// column describes a leaf of a branch.
func (r *leafRecord) column(b *branch) *Leaf {
	leaf := &Leaf{n: r.n}
	var err error
	if b.class == "TBranch" {
		leaf.element, err = r.plainElement()
	} else {
		leaf.element, err = r.member(b)
	}
	leaf.Type, leaf.Text = leaf.element.name, r.class == "TLeafC"
	switch {
	case err != nil:
		leaf.Refusal = err.Error()
	case r.counted:
		leaf.Varying, leaf.Refusal = true, "the number of its values changes from entry to entry"
	case r.n < 0 || r.n > 1<<20:
		leaf.n, leaf.Refusal = 0, fmt.Sprintf("it is an array of %d values", r.n)
	}
	if leaf.Text {
		leaf.n = 1
	}
	if leaf.n > 1 {
		leaf.Shape = r.shape()
	}
	return leaf
}

// plainElement returns the type of the values of a leaf of a TBranch.
func (r *leafRecord) plainElement() (element, error) {
	switch r.class {
	case "TLeafO":
		return truthElement(), nil
	case "TLeafB":
		return integerElement(1, r.unsigned), nil
	case "TLeafS":
		return integerElement(2, r.unsigned), nil
	case "TLeafI":
		return integerElement(4, r.unsigned), nil
	case "TLeafL", "TLeafG":
		return integerElement(8, r.unsigned), nil
	case "TLeafF":
		return floatElement(), nil
	case "TLeafD":
		return doubleElement(), nil
	case "TLeafF16":
		return packedElement(true, r.title)
	case "TLeafD32":
		return packedElement(false, r.title)
	case "TLeafC":
		return element{name: "string"}, nil
	}
	return element{name: "object"}, fmt.Errorf("its leaf is of class %s", r.class)
}

// member returns the type of the values of a member of an object, which has a branch of its own.
func (r *leafRecord) member(b *branch) (element, error) {
	const (
		plain = 0  // kind of branch: a member of an object
		array = 20 // added to the type of an array of fixed length
	)
	code := b.element
	if r.n > 1 && code > array && code < 2*array {
		code -= array
	}
	e, known := memberElements[code]
	isMember := b.class == "TBranchElement" && r.class == "TLeafElement"
	switch {
	case isMember && b.code == plain && known:
		return e, nil
	case isMember && known, strings.Contains(b.content, "<") && len(b.branches) == 0:
		r.counted = true // members of a list of objects, and containers
	}
	if e.name == "" {
		e.name = b.content
	}
	if b.code == plain && isMember && !strings.Contains(b.content, "<") {
		e.name = "member of " + b.content
	}
	if r.counted {
		return element{name: e.name}, nil
	}
	return element{name: e.name}, fmt.Errorf("it is an object")
}

// memberElements are the types of members of objects, by their codes in
// TVirtualStreamerInfo::EReadWrite of ROOT. Values with fewer bits are not among them, since their
// ranges are known only from the description of the class.
var memberElements = map[int]element{1: integerElement(1, false), 2: integerElement(2, false),
	3: integerElement(4, false), 4: integerElement(8, false), 5: floatElement(),
	6: integerElement(4, false), 8: doubleElement(), 11: integerElement(1, true),
	12: integerElement(2, true), 13: integerElement(4, true), 14: integerElement(8, true),
	16: integerElement(8, false), 17: integerElement(8, true), 18: truthElement()}

// shape returns the dimensions in the title of a leaf, or its length if they are not there.
func (r *leafRecord) shape() []int {
	var shape []int
	product := 1
	for rest := r.title; ; {
		_, after, found := strings.Cut(rest, "[")
		inside, next, closed := strings.Cut(after, "]")
		if !found || !closed {
			break
		}
		if n, err := strconv.Atoi(strings.TrimSpace(inside)); err == nil && n > 0 && n <= r.n {
			shape = append(shape, n)
			product *= n
		}
		rest = next
	}
	if product != r.n {
		return []int{r.n}
	}
	return shape
}
