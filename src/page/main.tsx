// Before all others, for it asks the server at once.
import { readFirst } from './first.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { language } from './language.ts';
import './app.css';

document.documentElement.lang = language;
void readFirst().then((first) => render(<App first={first} />, document.body));
