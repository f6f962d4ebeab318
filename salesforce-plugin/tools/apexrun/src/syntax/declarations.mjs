// Classes, interfaces, enums, their members, and triggers.
import { expression } from './expressions.mjs';
import { block, statement } from './statements.mjs';
import { typeReference } from './types.mjs';

/** A top-level type declaration as a Class node. */
export function declaration(context, { file }) {
  return typeNode(context, modifiersOf(context.modifier_list()), file);
}

/** A trigger as `{kind: 'Trigger', name, object, events, body}`. */
export function triggerDeclaration(context, { file }) {
  const [name, object] = context.id_list().map((id) => id.getText());
  const events = context.triggerCase_list().map((one) => one.getText().toLowerCase());
  const statements = context
    .triggerBlock()
    .triggerBlockMember_list()
    .map((member) => statement(member.statement()));
  const line = context.start.line;
  return {
    kind: 'Trigger',
    name,
    object,
    events,
    file,
    line,
    body: { kind: 'Block', line, statements }
  };
}

function typeNode(context, modifiers, file) {
  const body =
    context.classDeclaration?.() ?? context.interfaceDeclaration?.() ?? context.enumDeclaration?.();
  if (context.classDeclaration?.()) return classNode(body, modifiers, file);
  if (context.interfaceDeclaration?.()) return interfaceNode(body, modifiers, file);
  return enumNode(body, modifiers, file);
}

function emptyClass(context, modifiers, file) {
  return {
    kind: 'Class',
    name: context.id().getText(),
    line: context.start.line,
    file,
    modifiers,
    superType: null,
    interfaces: [],
    methods: [],
    constructors: [],
    fields: [],
    inner: [],
    initializers: [],
    constants: null,
    isInterface: false
  };
}

function classNode(context, modifiers, file) {
  const node = emptyClass(context, modifiers, file);
  if (context.EXTENDS?.()) node.superType = typeReference(context.typeRef());
  node.interfaces = (context.typeList?.()?.typeRef_list() ?? []).map(typeReference);
  for (const part of context.classBody().classBodyDeclaration_list()) {
    if (part.block?.())
      node.initializers.push({ isStatic: Boolean(part.STATIC?.()), body: block(part.block()) });
    else if (part.memberDeclaration?.())
      addMember(node, part.memberDeclaration(), modifiersOf(part.modifier_list()));
  }
  return node;
}

function interfaceNode(context, modifiers, file) {
  const node = emptyClass(context, modifiers, file);
  node.isInterface = true;
  node.interfaces = (context.typeList?.()?.typeRef_list() ?? []).map(typeReference);
  node.methods = context
    .interfaceBody()
    .interfaceMethodDeclaration_list()
    .map((method) => ({
      name: method.id().getText(),
      line: method.start.line,
      modifiers: modifiersOf([]),
      body: null,
      parameters: parametersOf(method.formalParameters()),
      returns: method.typeRef?.() ? typeReference(method.typeRef()) : null
    }));
  return node;
}

function enumNode(context, modifiers, file) {
  const node = emptyClass(context, modifiers, file);
  node.constants = (context.enumConstants?.()?.id_list() ?? []).map((id) => id.getText());
  return node;
}

function addMember(node, context, modifiers) {
  if (context.methodDeclaration?.())
    node.methods.push(methodNode(context.methodDeclaration(), modifiers));
  else if (context.constructorDeclaration?.())
    node.constructors.push(constructorNode(context.constructorDeclaration(), modifiers));
  else if (context.fieldDeclaration?.())
    node.fields.push(...fieldNodes(context.fieldDeclaration(), modifiers));
  else if (context.propertyDeclaration?.())
    node.fields.push(propertyNode(context.propertyDeclaration(), modifiers));
  else node.inner.push(typeNode(context, modifiers, node.file));
}

function methodNode(context, modifiers) {
  return {
    name: context.id().getText(),
    line: context.start.line,
    modifiers,
    parameters: parametersOf(context.formalParameters()),
    returns: context.typeRef?.() ? typeReference(context.typeRef()) : null,
    body: context.block?.() ? block(context.block()) : null
  };
}

function constructorNode(context, modifiers) {
  return {
    name: context.qualifiedName().getText(),
    line: context.start.line,
    modifiers,
    returns: null,
    parameters: parametersOf(context.formalParameters()),
    body: block(context.block())
  };
}

function fieldNodes(context, modifiers) {
  const type = typeReference(context.typeRef());
  return context
    .variableDeclarators()
    .variableDeclarator_list()
    .map((one) => ({
      name: one.id().getText(),
      type,
      modifiers,
      line: one.start.line,
      getter: null,
      setter: null,
      value: one.expression?.() ? expression(one.expression()) : null
    }));
}

function propertyNode(context, modifiers) {
  const node = {
    name: context.id().getText(),
    type: typeReference(context.typeRef()),
    modifiers,
    line: context.start.line,
    value: null,
    getter: null,
    setter: null
  };
  for (const part of context.propertyBlock_list()) {
    if (part.getter?.()?.block?.()) node.getter = block(part.getter().block());
    if (part.setter?.()?.block?.()) node.setter = block(part.setter().block());
  }
  return node;
}

function parametersOf(context) {
  return (context.formalParameterList?.()?.formalParameter_list() ?? []).map((one) => ({
    name: one.id().getText(),
    type: typeReference(one.typeRef())
  }));
}

/** Modifiers as a set of lower-case words; annotations as a map from name to their text. */
function modifiersOf(list) {
  const words = new Set();
  const annotations = new Map();
  for (const one of list) {
    if (one.annotation?.())
      annotations.set(one.annotation().id().getText().toLowerCase(), one.getText());
    else words.add(one.getText().toLowerCase());
  }
  if (words.has('testmethod')) annotations.set('istest', '@IsTest');
  return { words, annotations };
}
